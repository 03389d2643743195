import { expect } from 'chai';
import fc from 'fast-check';
import { parseQuser } from '../../../../agent/platform/windows/quser.ts';
import { parseWtsRows } from '../../../../agent/platform/windows/wts.ts';
import { startCpuTime } from '../../../support/cpu-time.ts';
import { damaged, exited } from '../recordings.ts';
import { askSessions, peopleOf, recorded, said, throughCodePage850 } from './windows-device.ts';

/** Recordings of quser, with who is signed in to a person who reads them. */
const quser: Record<string, string> = {
  'en-console': '1 sam.okafor graphical active',
  'en-disconnected': '4 room2 unknown disconnected',
  'en-rdp': '1 administrator remote active',
  'en-two-users-fast-switching': '1 sam unknown disconnected, 3 jo graphical active',
  'de-console': '4 gruppe1 graphical active',
  'fr-rdp': '2 salle1 remote active',
  'fr-cp850-bytes': '2 salle1 remote active',
  'fr-two': '1 jo graphical active, 2 sam.b remote active',
  'ru-cp866-bytes': '2 sam graphical active',
  'es-cp850-bytes': '1 sala1 graphical active, 2 jo unknown disconnected',
  'de-three': '1 a-02915 graphical active, 3 jo.b unknown disconnected, 9 gruppe-ada-6 remote active',
  'en-idle-overflow': '30 sam remote active, 42 jo remote active, 55 room2 unknown disconnected',
  'zh-gbk-bytes': '1 jo remote active, 3 sam unknown disconnected',
};
const head = ' USERNAME              SESSIONNAME        ID  STATE   IDLE TIME  LOGON TIME\r\n';
const nobody = exited('', 1, recorded('quser-no-user.txt'));

describe('who is signed in to Windows (DEV2, DEV7), from the sessions API', () => {
  const wts = (name: string) => said(recorded(`wts-${name}.json`));

  it('names people with where, since when, and whether locked; services and listeners are nobody', async () => {
    const reading = await askSessions({ powershell: wts('laptop') });
    expect(reading).to.have.property('state', 'known');
    expect(reading.state === 'known' && reading.value.sessions).to.deep.equal([
      {
        id: '1',
        person: 'sam.okafor',
        where: 'graphical',
        since: '2026-11-18T21:35:58.000Z',
        activity: 'active',
        locked: false,
      },
    ]);
  });

  it('counts the disconnected: they are still signed in', async () => {
    expect(peopleOf(await askSessions({ powershell: wts('fast-switching') }))).to.equal(
      '1 sam unknown disconnected, 3 jo müller graphical active, 4 agency@NURSERY remote active',
    );
    const reading = await askSessions({ powershell: wts('fast-switching') });
    expect(reading.state === 'known' && reading.value.sessions.map(({ locked }) => locked)).to.deep.equal([
      true,
      true,
      null,
    ]);
    const services = JSON.stringify([{ id: 0, station: 'Services', state: 4, user: 'SYSTEM' }]);
    expect(await askSessions({ powershell: said(services) })).to.have.deep.nested.property('value.sessions', []);
    const wrapped = said(`{"value":${recorded('wts-laptop.json')},"Count":3}`);
    expect(peopleOf(await askSessions({ powershell: wrapped }))).to.equal('1 sam.okafor graphical active');
    expect(peopleOf(await askSessions({ powershell: wts('one-object') }))).to.equal('1 sam graphical active');
  });

  it('never lets an account of a domain pass for the device’s own of the same name', async () => {
    const row = (id: number, domain: string, host?: string) => ({
      id,
      station: '',
      state: 4,
      user: 'sam',
      domain,
      host,
    });
    const rows = [
      row(1, 'nursery-lt01', 'NURSERY-LT01'),
      row(2, 'NURSERY', 'NURSERY-LT01'),
      row(3, 'AzureAD', 'NURSERY-LT01'),
    ];
    expect(peopleOf(await askSessions({ powershell: said(JSON.stringify(rows)) }))).to.equal(
      '1 sam unknown disconnected, 2 sam@NURSERY unknown disconnected, 3 sam@AzureAD unknown disconnected',
    );
    const untold = said(JSON.stringify([row(1, 'NURSERY')]));
    expect(peopleOf(await askSessions({ powershell: untold }))).to.equal('1 sam unknown disconnected');
  });

  it('says nobody only where the list holds the system’s own session and no name', async () => {
    const reading = await askSessions({ powershell: wts('nobody') });
    expect(reading).to.have.deep.nested.property('value.sessions', []);
    for (const text of ['', '[]', '{}', 'null', '[{}]', '[{"id":1}]', '[{"id":65536,"state":6}]'])
      expect(peopleOf(await askSessions({ powershell: said(text) })), text).to.equal('unknown not-understood');
  });

  it('says unknown when a name could not be asked for, or cannot be one', async () => {
    expect(peopleOf(await askSessions({ powershell: wts('user-not-told') }))).to.equal('unknown tool-failed');
    const unelevated = said(recorded('wts-user-not-told.json'), false);
    expect(peopleOf(await askSessions({ powershell: unelevated }))).to.equal('unknown permission-denied');
    const odd = JSON.stringify([{ id: 1, station: 'Console', state: 0, user: 'C:\\Users\\x' }]);
    expect(peopleOf(await askSessions({ powershell: said(odd) }))).to.equal('unknown not-understood');
  });

  it('asks quser where PowerShell cannot be used, and says unknown where neither can', async () => {
    const text = recorded('quser-en-console.txt');
    for (const powershell of [
      { kind: 'missing' } as const,
      { kind: 'constrained' } as const,
      { kind: 'failed' } as const,
      said('?'),
    ])
      expect(peopleOf(await askSessions({ powershell, quser: text }))).to.equal(quser['en-console']);
    expect(peopleOf(await askSessions({ powershell: { kind: 'constrained' } }))).to.equal('unknown tool-missing');
    expect(peopleOf(await askSessions({ powershell: { kind: 'missing' } }))).to.equal('unknown tool-missing');
    expect(peopleOf(await askSessions({ powershell: { kind: 'timed-out' } }))).to.equal('unknown timed-out');
  });
});

describe('who is signed in to Windows (DEV2, DEV7), from quser', () => {
  for (const [name, people] of Object.entries(quser)) {
    it(`reads ${name}, whatever its line ends and code page`, async () => {
      const text = recorded(`quser-${name}.txt`);
      const forms = [text, text.replaceAll('\r', ''), `\uFEFF${text}`, throughCodePage850(text), text.trimStart()];
      for (const form of forms) expect(peopleOf(await askSessions({ quser: form }))).to.equal(people);
      expect(peopleOf(await askSessions({ quser: exited(text, 1) }))).to.equal(people);
    });
  }

  it('finds the columns below a header whose letters take the room of two', async () => {
    const text = recorded('quser-zh.txt');
    for (const form of [text, text.replaceAll('\r', ''), `\uFEFF${text}`])
      expect(peopleOf(await askSessions({ quser: form }))).to.equal(quser['zh-gbk-bytes']);
    for (const form of damaged(text)) {
      const got = peopleOf(await askSessions({ quser: form }));
      if (got !== quser['zh-gbk-bytes']) expect(got).to.match(/^unknown/);
    }
  });

  it('never throws and leaves nobody out when the text is damaged', async () => {
    for (const [name, people] of Object.entries(quser)) {
      const whole = recorded(`quser-${name}.txt`);
      for (const text of [whole, whole.replaceAll('\r', ''), throughCodePage850(whole)].flatMap(damaged)) {
        const got = peopleOf(await askSessions({ quser: text }));
        if (got !== people) expect(got, JSON.stringify(text.slice(0, 200))).to.match(/^unknown/);
      }
    }
  });

  it('reads names with spaces, digits and letters of code page 850', async () => {
    const row = (user: string, station: string, id: string) =>
      ` ${user.padEnd(21)} ${station.padEnd(15)} ${id.padStart(5)}  Active          .  20/09/2026 12:27\r\n`;
    const ask = (rows: string) => askSessions({ quser: throughCodePage850(head + rows) }).then(peopleOf);
    expect(await ask(row('nursery room 2', 'console', '2'))).to.equal('2 nursery room 2 graphical active');
    expect(await ask(row('jörg 12', '', '14'))).to.equal('14 jörg 12 unknown disconnected');
    expect(await ask(row('zoé', 'rdp-tcp#14', '3') + row('x', 'console', '2'))).to.equal(
      '2 x graphical active, 3 zoé remote active',
    );
    expect(await ask(row('jo', '', '0'))).to.equal('unknown not-understood');
    // Columns that have moved.
    expect(await ask('>jo m  console  3  Active  none  9/14/2026\r\n')).to.equal('3 jo m graphical active');
    expect(await ask(`${row('jo', 'console', '2')} ???\r\n`)).to.equal('unknown not-understood');
  });

  it('says nobody only for quser’s own words and code', async () => {
    expect(await askSessions({ quser: nobody })).to.have.deep.nested.property('value.sessions', []);
    const words = recorded('quser-no-user.txt');
    for (const odd of [
      exited('', 0, words),
      exited('', 1, ''),
      exited('', 0, ''),
      exited('', 1, `${words}${words}`),
      exited('', 1, 'Error 0x00000005 enumerating sessionnames\r\nError [5]:Access is denied.\r\n'),
      exited(head, 0, ''),
      exited(recorded('quser-home-edition-missing.txt'), 1, ''),
      exited('', 1, recorded('quser-home-edition-missing.txt')),
    ])
      expect(peopleOf(await askSessions({ quser: odd }))).to.match(/^unknown/);
  });

  it('does not take a list of stations for a list of people', async () => {
    for (const name of ['query_session-en.txt', 'query_session-de.txt'])
      expect(peopleOf(await askSessions({ quser: recorded(name) }))).to.equal('unknown not-understood');
    const station = '>console           ann                       1  Active\r\n';
    expect(peopleOf(await askSessions({ quser: head + station }))).to.equal('unknown not-understood');
  });

  it('parsers take any text, and megabytes of noise', () => {
    const row = fc.record({
      id: fc.oneof(fc.integer(), fc.string()),
      state: fc.integer(),
      user: fc.oneof(fc.string(), fc.constant(null)),
      station: fc.string(),
      logon: fc.string(),
    });
    const text = fc.oneof(
      fc.string(),
      fc.json(),
      fc.string({ unit: 'binary' }),
      fc.array(row).map((rows) => JSON.stringify(rows)),
      fc.array(fc.string({ unit: 'binary' })).map((lines) => head + lines.join('\n')),
    );
    fc.assert(
      fc.property(text, (any) => {
        expect(parseQuser(any)).to.not.deep.equal([]);
        const people = parseWtsRows(any);
        if (typeof people !== 'string' && people.length === 0) expect(any).to.include('"id":');
      }),
    );
    for (const noise of ['a  ', ' ', 'x 1  ', '>', '\0']) {
      const usedMs = startCpuTime();
      expect(parseQuser(`${head}${noise.repeat(200_000)}\n`)).to.equal(undefined);
      expect(parseQuser(`${head}${noise.repeat(12_000)}\n`)).to.equal(undefined);
      expect(parseWtsRows(noise.repeat(200_000))).to.equal('not-understood');
      expect(usedMs()).to.be.below(1_000);
    }
  });
});
