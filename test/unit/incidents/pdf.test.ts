import { inflateSync } from 'node:zlib';
import { expect } from 'chai';
import type { Asker } from '../../../server/http/asker.ts';
import { asked, type IncidentsRig, startIncidentsRig } from './rig.ts';

describe('a case as a PDF', () => {
  let rig: IncidentsRig;
  let lead: Asker;

  beforeEach(async () => {
    rig = await startIncidentsRig();
    lead = await rig.person('safeguarding-lead', 'Lena Ödegård');
  });
  afterEach(() => rig.stop());

  it('has every entry, the outcome with its steps, the proof of its chain, and who took it away', async () => {
    const { id, reference } = await rig.report(lead, {
      category: 'child-concern',
      text: 'She was upset — “afraid”. Łucja Świerk, 太 are letters that no PDF reader is sure to have.',
      people: [{ role: 'child', initials: 'AB' }],
    });
    await rig.routes.decideOutcome(asked(lead, { id }, { outcome: 'authorities', reason: 'told by the officer' }));
    const file = await rig.routes.exportIncident(asked(lead, { id }, undefined, { format: 'pdf' }));
    expect(file).to.include({ type: 'application/pdf', name: `hometime-incident-${reference}.pdf` });
    const pieces: Buffer[] = [];
    for await (const piece of file.pieces) pieces.push(Buffer.from(piece));
    const whole = Buffer.concat(pieces);
    expect(whole.subarray(0, 5).toString()).to.equal('%PDF-');
    expect(whole.subarray(-6).toString()).to.include('%%EOF');
    const words = wordsOf(whole);
    for (const part of [
      `Incident ${reference}`,
      'CONFIDENTIAL',
      '999',
      // A dash and quotation marks, as Windows-1252 has them.
      'upset \u0097 \u0093afraid\u0094. Lucja Swierk, ? are letters',
      'child AB',
      'Local authority designated officer told',
      'Lena Ödegård',
      'Signed by this server',
      'Exported',
    ])
      expect(words, part).to.include(closed(part));
    const { entries } = await rig.show(lead, id);
    for (const { hash } of entries.slice(0, 3)) expect(words).to.include(hash);
  });

  it('runs over as many pages as it needs, each with its number', async () => {
    const { id } = await rig.report(lead, { text: 'A long account.\n'.repeat(400) });
    const file = await rig.routes.exportIncident(asked(lead, { id }, undefined, { format: 'pdf' }));
    const pieces: Buffer[] = [];
    for await (const piece of file.pieces) pieces.push(Buffer.from(piece));
    const whole = Buffer.concat(pieces);
    const pages = Number(/\/Count (\d+)/.exec(whole.toString('latin1'))?.[1]);
    expect(pages).to.be.greaterThan(5);
    expect(wordsOf(whole)).to.include(closed(`page ${pages} of ${pages}`));
  });
});

/** The words that are drawn on the pages, without blanks, which wrapping takes away: texts of the streams, a byte a character. */
function wordsOf(pdf: Buffer): string {
  const latin = pdf.toString('latin1');
  const drawn: string[] = [];
  for (const match of latin.matchAll(/stream\r?\n([\s\S]*?)\r?\nendstream/g)) {
    const bytes = Buffer.from(match[1] ?? '', 'latin1');
    const text = inflated(bytes);
    for (const [, hex = ''] of text.matchAll(/<([0-9a-f]+)>/g)) drawn.push(Buffer.from(hex, 'hex').toString('latin1'));
    drawn.push(' ');
  }
  return closed(drawn.join(''));
}

function closed(text: string): string {
  return text.replaceAll(/\s/g, '');
}

function inflated(bytes: Buffer): string {
  try {
    return inflateSync(bytes).toString('latin1');
  } catch {
    return '';
  }
}
