import { expect } from 'chai';
import fc from 'fast-check';
import { factsOf, standingOf } from '../../../server/dashboard/src/fleet/device-facts.ts';
import { headline } from '../../../server/dashboard/src/words/standing.ts';
import type { FarewellReason } from '../../../shared/policy/farewell.ts';
import { standingSchema } from '../../../shared/policy/standing.ts';
import { aDevice, now } from './devices.ts';

const of = (...standings: (typeof standingSchema.options)[number][]) => standings.map((standing) => ({ standing }));

describe('the headline of the fleet page', () => {
  it('looks good only when every device is clear, whatever the fleet is made of (DEV1, DEV5)', () => {
    const fleets = fc.array(fc.constantFrom(...standingSchema.options), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(fleets, (standings) => {
        const isGood = headline(of(...standings)).tone === 'good';
        expect(isGood).to.equal(standings.every((standing) => standing === 'clear'));
      }),
    );
  });

  it('counts what needs a look, and says of how many it cannot be told', () => {
    expect(headline(of('urgent', 'act', 'act', 'clear')).text).to.equal('3 of 4 devices need a look');
    const mixed = headline(of('act', 'cannot-tell', 'clear'));
    expect(mixed.text).to.equal('1 of 3 devices needs a look');
    expect(mixed.rest).to.equal('It is not known whether 1 other is safe.');
  });

  it('never says that nothing was found wrong on all while one cannot be told', () => {
    const unsure = headline(of('cannot-tell', 'clear', 'clear', 'clear'));
    expect(unsure.text).to.equal('It cannot be told whether 1 of 4 devices is safe');
    expect(unsure.rest).to.equal('Nothing was found wrong on the other 3.');
    expect(unsure.tone).to.equal('unknown');
  });

  it('says it of all devices when all are clear', () => {
    expect(headline(of('clear', 'clear', 'clear', 'clear')).text).to.equal('Nothing found wrong on all 4 devices');
    expect(headline(of('clear')).text).to.equal('Nothing found wrong on your device');
  });
});

describe('a device on a page that is not live', () => {
  const since = new Date(now - 60_000).toISOString();

  it('is no longer said to be clear, nor in touch', () => {
    const device = aDevice({ standing: 'clear' });
    expect(standingOf(device, now, undefined).tone).to.equal('good');
    expect(standingOf(device, now, since).tone).to.equal('unknown');
    const facts = factsOf(device, now, since);
    expect(facts.presence.tone).to.equal('unknown');
    expect(facts.presence.text).not.to.match(/\bnow\b/);
    expect(facts.old).to.match(/^as shown at /);
  });
});

describe('a device that is out of touch', () => {
  it('has its facts labelled with the time it was last heard', () => {
    const lastSeenAt = new Date(now - 3 * 3_600_000).toISOString();
    const facts = factsOf(
      aDevice({ standing: 'cannot-tell', presence: { state: 'offline', lastSeenAt } }),
      now,
      undefined,
    );
    expect(facts.old).to.match(/^as last heard (at|on) /);
    expect(facts.presence.text).to.equal('Out of touch, last heard 3 hours ago');
    expect(facts.topFinding).to.include('out of touch');
  });

  it('is said to be switched off where its agent said so, with the facts as old as without it (DEV6)', () => {
    const lastSeenAt = new Date(now - 60_000).toISOString();
    const factsAfter = (why: FarewellReason, state: 'online' | 'offline' = 'offline') =>
      factsOf(
        aDevice({ standing: 'cannot-tell', presence: { state, lastSeenAt, farewell: { why, at: lastSeenAt } } }),
        now,
        undefined,
      );
    expect(factsAfter('system-ends').presence.text).to.match(/^Switched off (at|on) /);
    expect(factsAfter('system-ends').presence.tone).to.equal('unknown');
    expect(factsAfter('system-ends').old).to.match(/^as last heard (at|on) /);
    expect(factsAfter('stopped').presence.text).to.match(/^Its agent was stopped (at|on) /);
    expect(factsAfter('restarts').presence.text).to.equal('Out of touch, last heard 1 minute ago');
    expect(factsAfter('system-ends', 'online').presence.text).to.equal('In touch now');
  });
});
