import { expect } from 'chai';
import { decodeConsole } from '../../../../agent/platform/windows/code-page.ts';
import { exited } from '../recordings.ts';
import { askEncryption, askSessions, peopleOf, throughCodePage850, verdictOf } from './windows-device.ts';

/** Made up in the forms of Windows' own translations; no recordings. */
interface Words {
  head: (letter: string) => string;
  kind: string;
  labels: readonly string[];
  on: string;
  off: string;
}

const languages: { readonly [name: string]: Words } = {
  French: {
    head: (letter) => `Volume ${letter}: [Windows]`,
    kind: '[Volume du système d’exploitation]',
    labels: [
      ...['Taille :', 'Version de BitLocker :', 'État de la conversion :', 'Pourcentage chiffré :'],
      ...['Méthode de chiffrement :', 'État de la protection :', 'État du verrouillage :'],
      ...['Champ d’identification :', 'Protecteurs de clés :'],
    ],
    on: 'Protection activée',
    off: 'Protection désactivée (1 redémarrage restant)',
  },
  Polish: {
    head: (letter) => `Wolumin ${letter}: [System]`,
    kind: '[Wolumin systemu operacyjnego]',
    labels: [
      ...['Rozmiar:', 'Wersja funkcji BitLocker:', 'Stan konwersji:', 'Procent zaszyfrowania:', 'Metoda szyfrowania:'],
      ...['Stan ochrony:', 'Stan blokady:', 'Pole identyfikacji:', 'Funkcje ochrony klucza:'],
    ],
    on: 'Ochrona włączona',
    off: 'Ochrona wyłączona',
  },
  German: {
    head: (letter) => `Volume "${letter}:" [a D: [x]`,
    kind: '[Betriebssystemvolume]',
    labels: [
      ...['Größe:', 'BitLocker-Version:', 'Konvertierungsstatus:', 'Verschlüsselt (Prozent):'],
      ...['Verschlüsselungsmethode:', 'Schutzstatus:', 'Sperrungsstatus:', 'ID-Feld:', 'Schlüsselschutzvorrichtungen:'],
    ],
    on: 'Der Schutz ist aktiviert.',
    off: 'Der Schutz ist deaktiviert.',
  },
  Japanese: {
    head: (letter) => `ボリューム ${letter}: [Windows]`,
    kind: '[OS ボリューム]',
    labels: [
      ...['サイズ:', 'BitLocker のバージョン:', '変換状態:', '暗号化された割合:', '暗号化の方法:'],
      ...['保護状態:', 'ロック状態:', '識別子フィールド:', 'キーの保護機能:'],
    ],
    on: '保護はオンです',
    off: '保護はオフです',
  },
};

function volume({ head, kind, labels, on, off }: Words, letter: string, percent: string, isOn = true): string {
  const values = ['237,24 GB', '2.0', '?', percent, 'XTS-AES 128', isOn ? on : off, '?', '?', ''];
  const fields = labels.map((label, at) => `    ${label.padEnd(26)} ${values[at]}`);
  return [head(letter), kind, '', ...fields, '        TPM', '', ''].join('\n');
}

describe('Windows in languages of which there is no recording (DEV1, DEV2)', () => {
  for (const [name, words] of Object.entries(languages)) {
    const verdict = async (text: string, protectedLetters = 'C') =>
      verdictOf(await askEncryption({ status: `BitLocker\n(C) 2013\n\n${text}`, protectedLetters, letters: ['C'] }));

    it(`gives the same verdicts on ${name} text of manage-bde`, async () => {
      expect(await verdict(volume(words, 'C', '100,0%'))).to.equal('protected');
      expect(await verdict(volume(words, 'C', '100,0%', false), '')).to.equal('not-protected');
      expect(await verdict(volume(words, 'C', '42,3 %', false), '')).to.equal('converting');
      expect(await verdict(volume(words, 'C', '99,9%'))).to.match(/^unknown/);
      const second = volume(words, 'D', '0,0%', false);
      expect(await verdict(volume(words, 'C', '100,0%') + second)).to.equal('partial');
    });

    it(`never calls ${name} text protected in another code page, with a plain volume beside`, async () => {
      const text = volume(words, 'C', '100,0%') + volume(words, 'D', '0,0%', false);
      expect(await verdict(throughCodePage850(text))).to.be.oneOf(['partial', 'unknown not-understood']);
      const written = decodeConsole(Uint8Array.from(Buffer.from(`\uFEFF${text}`, 'utf16le')));
      expect(written).to.equal(text);
      const shifted = decodeConsole(Uint8Array.from(Buffer.from(text, 'utf16le').filter((byte) => byte !== 0)));
      expect(await verdict(shifted)).to.be.oneOf(['partial', 'unknown not-understood']);
    });
  }

  it('lists people from quser in other languages, with odd names, and never leaves one of them out', async () => {
    const of = async (text: string) => peopleOf(await askSessions({ quser: text }));
    const head = ' USERNAME              SESSIONNAME        ID  STATE   IDLE TIME  LOGON TIME';
    const row = (user: string, station: string, id: number) =>
      ` ${user.padEnd(21)} ${station.padEnd(15)} ${String(id).padStart(5)}  Aktywny     brak    21.11.2026 08:01`;
    const polish = ' NAZWA UŻYTKOWNIKA     NAZWA SESJI        ID  STAN    CZAS BEZCZ. CZAS LOGOWANIA';
    expect(await of(`${polish}\n${row('ania', 'console', 1)}\n`)).to.equal('1 ania graphical active');
    expect(await of(`${head}\n${row('2nd user 7', '', 3)}\n${row('12', 'console', 1)}\n`)).to.equal(
      '1 12 graphical active, 3 2nd user 7 unknown disconnected',
    );
    for (const odd of [row('sam', 'rdp-sxs230615#4', 3), row('console', 'console', 1), row('sam  smith', '', 4)])
      expect(await of(`${head}\n${row('ania', 'console', 1)}\n${odd}\n`), odd).to.equal('unknown not-understood');
  });

  it('takes no words but those it knows for nobody', async () => {
    for (const words of [
      'Kein Benutzer vorhanden für *',
      'Aucun utilisateur n’existe pour *',
      'Error [5]:Access is denied.',
    ])
      expect(peopleOf(await askSessions({ quser: exited('', 1, words) }))).to.equal('unknown tool-failed');
    expect(peopleOf(await askSessions({ quser: 'No User exists for *' }))).to.equal('unknown not-understood');
  });
});
