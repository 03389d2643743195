import { expect } from 'chai';
import type { Request } from 'express';
import type { Asker } from '../../../server/http/asker.ts';
import type { Handlers } from '../../../server/http/handlers.ts';
import { createFormTries } from '../../../server/incidents/form-tries.ts';
import { isOwnAddress } from '../../../server/incidents/own-addresses.ts';
import { type ShortReport, shortReportSchema } from '../../../shared/api/incident-bodies.ts';
import { manualClock } from '../server/manual-clock.ts';
import { asked, type IncidentsRig, refusal, startIncidentsRig } from './rig.ts';

/** What of a request the form looks at. */
const from = (ip: string) =>
  ({
    request: { ip, protocol: 'http', get: () => 'nursery.example' } as unknown as Request,
    response: undefined as never,
  }) as Parameters<Handlers['sendReport']>[0]['http'];

describe('the form without an account (INC4)', () => {
  let rig: IncidentsRig;
  let lead: Asker;
  let code: string;

  beforeEach(async () => {
    rig = await startIncidentsRig();
    lead = await rig.person('safeguarding-lead');
    const body = { on: true, anonymous: true, addresses: [] };
    ({ code } = await rig.routes.changeReportForm({ ...asked(lead, {}, body), http: from('127.0.0.1') }));
  });
  afterEach(() => rig.stop());

  const send = (ip: string, more: Partial<ShortReport> = {}) => {
    const body = shortReportSchema.parse({
      code,
      category: 'personal-device',
      text: 'A phone in the baby room.',
      name: null,
      confidential: false,
      ...more,
    });
    return rig.routes.sendReport({ ...asked(lead, {}, body), asker: undefined, http: from(ip) });
  };

  it('makes one case of a flood, keeps every report of it, and has people told of one', async () => {
    for (let n = 0; n < 60; n += 1) await send(`192.0.2.${n}`, { text: `report ${n} of many` });
    const { items } = await rig.list(lead);
    expect(items).to.have.length(20);
    const texts: { text: string }[] = await rig.db('incident_contents').whereLike('text', 'report % of many');
    expect(texts).to.have.length(60);
    // One of another kind opens its own all the same: a flood silences nobody.
    await send('192.0.2.99', { category: 'child-concern', text: 'a child is afraid' });
    expect((await rig.list(lead)).items).to.have.length(21);
    expect((await rig.verify()).intact).to.equal(true);
  });

  it('makes an address wait that sends without end, and no other; by time it may again', async () => {
    const clock = manualClock();
    const tries = createFormTries(clock);
    for (let n = 0; n < 30; n += 1) tries.spend('192.0.2.1');
    expect(() => tries.spend('192.0.2.1')).to.throw('Send it again in a minute');
    expect(() => tries.spend('::ffff:192.0.2.1')).to.throw('Send it again in a minute');
    tries.spend('192.0.2.2');
    clock.move(60_000);
    for (let n = 0; n < 5; n += 1) tries.spend('192.0.2.1');
  });

  it('lets reports through while somebody of the same network never stops trying', () => {
    const clock = manualClock();
    const tries = createFormTries(clock);
    for (let n = 0; n < 30; n += 1) tries.spend('192.0.2.1');
    let taken = 0;
    for (let seconds = 0; seconds < 120; seconds += 3) {
      clock.move(3_000);
      try {
        tries.spend('192.0.2.1');
        taken += 1;
      } catch {
        // Refused, as it should be in between.
      }
    }
    expect(taken).to.be.within(9, 12);
  });

  it('knows the setting’s own addresses, and takes what cannot be told for none of them', () => {
    const own = ['192.0.2.0/24', '198.51.100.7', '2001:db8::/32'];
    for (const inside of ['192.0.2.200', '198.51.100.7', '2001:db8::1', '::ffff:192.0.2.3'])
      expect(isOwnAddress(inside, own), inside).to.equal(true);
    for (const outside of ['192.0.3.1', '198.51.100.8', '2001:db9::1', 'unknown', '', undefined])
      expect(isOwnAddress(outside, own), String(outside)).to.equal(false);
    expect(isOwnAddress(undefined, []), 'none declared').to.equal(true);
  });

  it('takes no time that is to come, and no report without a name where the setting asks for one', async () => {
    expect(await refusal(send('192.0.2.1', { happenedAt: '2027-01-01T00:00:00.000Z' }))).to.equal('not-valid');
    const body = { on: true, anonymous: false, addresses: [] };
    await rig.routes.changeReportForm({ ...asked(lead, {}, body), http: from('127.0.0.1') });
    expect(await refusal(send('192.0.2.1'))).to.equal('not-valid');
    await send('192.0.2.1', { name: 'Pat Parent' });
    const [item] = (await rig.list(lead)).items;
    const shown = await rig.show(lead, item?.id ?? '');
    expect(shown.entries[0]?.by).to.deep.equal({ kind: 'reporter', name: 'Pat Parent', role: null });
  });
});
