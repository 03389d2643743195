import { expect } from 'chai';
import fc from 'fast-check';
import { createRightsProbe } from '../../../../agent/platform/windows/rights.ts';
import { parseRightsAnswer } from '../../../../agent/platform/windows/rights-answer.ts';
import { rightsScript } from '../../../../agent/platform/windows/rights-script.ts';
import type { Reading } from '../../../../shared/reading.ts';
import { type Rights, rightsSchema } from '../../../../shared/report/rights.ts';
import { atNoon, damaged } from '../recordings.ts';
import { recorded, said, speaking } from './windows-device.ts';

const text = recorded('rights-laptop.json');
const sam = 'S-1-5-21-1111111111-2222222222-3333333333-1001';
const boss = 'S-1-5-21-1111111111-2222222222-3333333333-1002';
const services = { id: 0, station: 'Services', state: 4, user: '' };

interface Given {
  owners?: object[];
  screens?: object[];
  [part: string]: unknown;
}

async function ask(answer: string, elevated = true): Promise<Reading<Rights>> {
  const probe = createRightsProbe({ powershell: speaking(said(answer, elevated)), clock: atNoon });
  const reading = await probe(AbortSignal.timeout(5_000));
  if (reading.state === 'known') rightsSchema.parse(reading.value);
  return reading;
}

/** The laptop of the recording, with some of its answers changed. */
async function rights(given: Given = {}): Promise<Rights> {
  const reading = await ask(JSON.stringify({ ...JSON.parse(text), ...given }));
  if (reading.state === 'unknown') throw new Error(`unknown ${reading.reason}`);
  return reading.value;
}

function words(reading: Reading<unknown> | undefined): string {
  if (reading?.state !== 'known') return `unknown ${reading?.reason}`;
  return JSON.stringify(reading.value);
}

const owner = (more: object) => ({ id: 1, state: 0, user: 'sam', domain: 'LT', host: 'LT', sid: sam, ...more });
const admin = async (more: object, administrators: unknown = [boss]) =>
  words((await rights({ owners: [services, owner(more)], administrators })).people[0]?.administrator);
const lock = async (given: Given) => words((await rights(given)).people[0]?.screenLock);
const screen = (more: object, policy = 0) => ({ sid: sam, policy, program: 1, ...more });
const unlocked = { screens: [screen({ program: 0 })], inactivity: null, power: [0, 0, 0, 0, 1] };

describe('rights on Windows (DEV7, DEV8)', () => {
  it('tells of one person what they may do, what locks the screen, and what guards the device', async () => {
    expect(await ask(text)).to.deep.equal({
      state: 'known',
      at: '2026-11-21T12:00:00.000Z',
      value: {
        people: [
          {
            person: 'sam.okafor',
            administrator: { state: 'known', value: false, at: '2026-11-21T12:00:00.000Z' },
            screenLock: { state: 'known', value: { on: true, afterSeconds: 600 }, at: '2026-11-21T12:00:00.000Z' },
          },
        ],
        automaticSignIn: { state: 'known', value: { on: false, person: null }, at: '2026-11-21T12:00:00.000Z' },
        firewall: { state: 'known', value: { on: true }, at: '2026-11-21T12:00:00.000Z' },
        antivirus: { state: 'known', value: { state: 'on', upToDate: true }, at: '2026-11-21T12:00:00.000Z' },
      },
    });
  });

  it('believes the token first: it holds groups in groups, also what User Account Control keeps back', async () => {
    expect(await admin({ admin: 1 })).to.equal('true');
    expect(await admin({ admin: 1, domain: 'AzureAD' }, [])).to.equal('true');
    expect(await admin({ admin: 0, domain: 'NURSERY' }, null)).to.equal('false');
    expect(await admin({ admin: 0 }, [sam]), 'made one since they signed in').to.equal('true');
  });

  it('goes by the group’s own list where no token can be had, with members that are gone in it', async () => {
    const gone = 'S-1-5-21-9-9-9-1105';
    expect(await admin({ sid: boss }, [boss, gone])).to.equal('true');
    expect(await admin({}, [boss, gone])).to.equal('false');
    expect(await admin({}, [boss, 'S-1-5-4']), 'whoever sits at the device').to.equal('true');
    expect(await admin({}, [boss, 'S-1-5-32-548']), 'a group whose members are not known').to.match(/^unknown/);
    for (const administrators of [[], null, 'x'])
      expect(await admin({}, administrators), String(administrators)).to.match(/^unknown/);
  });

  it('leaves an account of a domain or an organisation unknown without its token: it may be one by a group', async () => {
    for (const domain of ['NURSERY', 'AzureAD']) expect(await admin({ domain })).to.equal('unknown permission-denied');
    expect(await admin({ sid: null })).to.equal('unknown permission-denied');
    expect(await admin({ host: null })).to.equal('unknown permission-denied');
  });

  it('lists each person once, and no two people as one', async () => {
    const owners = [
      services,
      owner({ admin: 0 }),
      owner({ id: 2, admin: 1 }),
      owner({ id: 3, domain: 'N', sid: 'S-1-5-21-5' }),
    ];
    const people = (await rights({ owners })).people.map(
      ({ person, administrator }) => `${person} ${words(administrator)}`,
    );
    expect(people).to.deep.equal(['sam true', 'sam@N unknown permission-denied']);
  });

  it('says nobody only where the list holds the system’s own session, and unknown when a name is not told', async () => {
    expect((await rights({ owners: [services] })).people).to.deep.equal([]);
    expect(words(await ask(JSON.stringify({ ...JSON.parse(text), owners: [] })))).to.equal('unknown not-understood');
    const untold = JSON.stringify({ ...JSON.parse(text), owners: [services, { id: 2, state: 0, user: null }] });
    expect(words(await ask(untold))).to.equal('unknown tool-failed');
    expect(words(await ask(untold, false))).to.equal('unknown permission-denied');
  });

  it('knows the three ways a screen is locked, and tells the first to come', async () => {
    const on = { active: '1', secure: '1', after: '300' };
    const samOnly = { owners: [services, owner({})] };
    expect(await lock({ ...samOnly, ...unlocked, inactivity: '120' })).to.equal('{"on":true,"afterSeconds":120}');
    expect(await lock({ ...samOnly, ...unlocked, screens: [screen(on)] })).to.equal('{"on":true,"afterSeconds":300}');
    expect(await lock({ ...samOnly, ...unlocked, power: [1800, 600, 1, 1, 1] })).to.equal(
      '{"on":true,"afterSeconds":1800}',
    );
    const forced = [screen({ secure: '1', active: '1', after: '60' }, 1), screen({ secure: '0', program: 0 })];
    expect(await lock({ ...samOnly, ...unlocked, screens: forced }), 'by policy').to.equal(
      '{"on":true,"afterSeconds":60}',
    );
    const all = { inactivity: '900', screens: [screen(on)], power: [60, 1800, 1, 1, 1] };
    expect(await lock({ ...samOnly, ...all })).to.equal('{"on":true,"afterSeconds":300}');
  });

  it('says that no lock is set only when every way was read and none is', async () => {
    const samOnly = { owners: [services, owner({})], ...unlocked };
    expect(await lock(samOnly)).to.equal('{"on":false,"afterSeconds":null}');
    for (const half of [{ active: '0' }, { secure: '0' }, { after: '0' }, { program: 0 }])
      expect(
        await lock({ ...samOnly, screens: [screen({ active: '1', secure: '1', after: '300', ...half })] }),
      ).to.equal('{"on":false,"afterSeconds":null}');
    for (const unread of [{ screens: [] }, { power: null }, { inactivityRead: null }, { inactivity: 'soon' }])
      expect(await lock({ ...samOnly, ...unread }), JSON.stringify(unread)).to.equal('unknown tool-failed');
    expect(await lock({ ...samOnly, power: [0, 600, 1, 1, 1] }), 'asks when it wakes').to.equal(
      'unknown not-supported',
    );
    expect(await lock({ ...samOnly, screens: [{ ...screen({}), sid: boss }] }), 'another’s').to.equal(
      'unknown tool-failed',
    );
  });

  it('believes a screen saver only where the program itself is there', async () => {
    const samOnly = { owners: [services, owner({})], ...unlocked };
    const on = { active: '1', secure: '1', after: '600' };
    const saver = (own: unknown, policy?: unknown) =>
      lock({
        ...samOnly,
        screens: [
          ...(policy === undefined ? [] : [{ ...screen(on, 1), program: policy }]),
          { ...screen(on), program: own },
        ],
      });
    expect(await saver(1)).to.include('"on":true');
    expect(await saver(0), 'named, and not there').to.include('"on":false');
    for (const untold of [null, 'x']) expect(await saver(untold), 'not told').to.equal('unknown tool-failed');
    expect(await saver(1, 0), 'what a policy names is not there, the person’s own is').to.include('"on":true');
    expect(await saver(0, 1)).to.include('"on":true');
    expect(await saver(0, 0)).to.include('"on":false');
    expect(await saver(0, null)).to.equal('unknown tool-failed');
    expect(await lock({ ...samOnly, screens: [screen({ active: 1, secure: 1, after: 600 })] }), 'numbers').to.include(
      '"afterSeconds":600',
    );
    for (const odd of [{ secure: true }, { secure: -1 }, { after: 600.5 }, { active: {} }])
      expect(await lock({ ...samOnly, screens: [screen({ ...on, ...odd })] }), JSON.stringify(odd)).to.equal(
        'unknown tool-failed',
      );
  });

  it('takes sleep for a lock only where the hardware sleeps and nobody put the password off for ever', async () => {
    const asleep = { owners: [services, owner({})], ...unlocked, power: [600, 600, 1, 1, 1] };
    const delay = (after: unknown) => ({ screens: [screen({ program: 0, delay: after })] });
    expect(await lock({ ...asleep, ...delay('0') })).to.equal('{"on":true,"afterSeconds":600}');
    expect(await lock({ ...asleep, ...delay('900') })).to.equal('{"on":true,"afterSeconds":1500}');
    expect(await lock({ ...asleep, ...delay('-1') }), 'never').to.equal('unknown not-supported');
    expect(await lock({ ...asleep, power: [600, 600, 1, 1, 0] }), 'never sleeps').to.equal('unknown not-supported');
    expect(await lock({ ...asleep, powerPolicy: 1 }), 'a policy').to.equal('unknown not-supported');
    expect(await lock({ ...asleep, powerPolicy: null })).to.equal('unknown tool-failed');
    expect(await lock({ ...asleep, screens: [] }), 'the person’s own part unread').to.equal('unknown tool-failed');
    expect(await lock({ ...asleep, power: [600, 600, 1, 1] }), 'cut').to.equal('unknown tool-failed');
  });

  it('tells automatic sign-in with its person, off where it is not set, and unknown where it cannot be read', async () => {
    const signIn = async (given: unknown) => words((await rights({ signIn: given })).automaticSignIn);
    expect(await signIn({ on: '1', user: 'kiosk', domain: '.', host: 'LT' })).to.equal('{"on":true,"person":"kiosk"}');
    expect(await signIn({ on: '1', user: 'kiosk', domain: 'NURSERY', host: 'LT' })).to.include('kiosk@NURSERY');
    expect(await signIn({ on: '1' })).to.equal('{"on":true,"person":null}');
    expect(await signIn({ on: null })).to.equal('{"on":false,"person":null}');
    expect(await signIn({ on: 'yes' })).to.equal('unknown not-understood');
    for (const unread of [null, {}, { user: 'kiosk' }, { on: true }, { on: ['1'] }, 'System.Collections.Hashtable'])
      expect(await signIn(unread), JSON.stringify(unread)).to.equal('unknown tool-failed');
    expect(await signIn({ on: 1, user: 'kiosk' }), 'a number in the registry').to.include('"on":true');
    expect(await signIn({ on: 0 })).to.equal('{"on":false,"person":null}');
  });

  it('calls the firewall on when every profile is and its service runs, or another maker’s is', async () => {
    const firewall = async (given: Given) => words((await rights(given)).firewall);
    expect(await firewall({ profiles: [1, 0, 1] })).to.equal('{"on":false}');
    expect(await firewall({ firewallService: 1 })).to.equal('{"on":false}');
    expect(await firewall({ profiles: [0, 0, 0], firewalls: { states: [0x41000] } })).to.equal('{"on":true}');
    expect(await firewall({ profiles: [0, 0, 0], firewalls: { code: 3 } })).to.equal('{"on":false}');
    for (const given of [{ profiles: [1, 1] }, { profiles: [1, 2, 1] }, { profiles: null }, { firewallService: null }])
      expect(await firewall(given), JSON.stringify(given)).to.equal('unknown tool-failed');
    expect(await firewall({ profiles: [0, 0, 0], firewalls: { code: 2 } })).to.equal('unknown tool-failed');
    const stale = { profiles: [0, 0, 0], firewalls: { states: [0x41000] }, centreService: 1 };
    expect(await firewall(stale), 'what a stopped security centre wrote down').to.equal('unknown tool-failed');
  });

  it('reads antivirus from the security centre, then from Windows’ own, and never takes an empty list for none', async () => {
    const antivirus = async (given: Given) => words((await rights(given)).antivirus);
    expect(await antivirus({ antivirus: { states: [0x61110] } })).to.equal('{"state":"on","upToDate":false}');
    expect(await antivirus({ antivirus: { states: [0x60100, 0x41000] } })).to.equal('{"state":"on","upToDate":true}');
    for (const state of [0x60100, 0x42000, 0x43010])
      expect(await antivirus({ antivirus: { states: [state] } })).to.equal('{"state":"off","upToDate":null}');
    const off = { on: 1, live: 0, age: 0 };
    expect(await antivirus({ defender: off }), 'contradicted').to.equal('{"state":"off","upToDate":null}');
    expect(await antivirus({ antivirus: { code: 3 } }), 'a server').to.equal('{"state":"on","upToDate":true}');
    expect(await antivirus({ antivirus: { code: 3 }, defender: null })).to.equal('unknown tool-failed');
    const watching = { on: 1, live: 1, age: 0, passive: 1 };
    expect(await antivirus({ defender: watching, antivirus: { states: [0x61100] } }), 'only looks on').to.equal(
      '{"state":"off","upToDate":null}',
    );
    expect(await antivirus({ defender: watching, antivirus: { states: [0x61100, 0x41000] } })).to.include('"on"');
    expect(await antivirus({ defender: watching, antivirus: { code: 3 } }), 'a server').to.equal('unknown tool-failed');
    const none = { antivirus: { states: [] }, defender: null };
    expect(await antivirus(none)).to.equal('{"state":"none","upToDate":null}');
    expect(await antivirus({ ...none, centreService: 1 })).to.equal('unknown tool-failed');
    const stale = { antivirus: { states: [0x41000] }, centreService: 1 };
    expect(await antivirus({ ...stale, defender: off }), 'a stopped security centre').to.equal('unknown tool-failed');
    expect(await antivirus(stale), 'Windows’ own word').to.equal('{"state":"on","upToDate":true}');
    expect(await antivirus({ antivirus: { code: 3 }, defender: { on: 1, live: 1, age: null } })).to.include('null');
  });

  it('never reads the password that may lie beside the name of automatic sign-in', () => {
    expect(rightsScript).to.not.match(/password/i);
    expect(rightsScript).to.not.match(/Get-Item(Property)?\b/);
  });

  it('never becomes better by damage', async () => {
    for (const broken of [...damaged(text), ...damaged(text.replaceAll(',', ',\n')), text.slice(0, -1)]) {
      const reading = await ask(broken);
      if (reading.state === 'known') expect(reading.value).to.deep.equal(await rights());
      else expect(reading.reason).to.equal('not-understood');
    }
  });

  it('takes any answer without throwing, and never makes guards of noise', async () => {
    const key = fc.constantFrom(...Object.keys(JSON.parse(text)));
    await fc.assert(
      fc.asyncProperty(key, fc.jsonValue(), async (part, value) => {
        const reading = await ask(JSON.stringify({ ...JSON.parse(text), [part]: value }));
        if (reading.state === 'unknown' || part === 'firewalls' || part === 'antivirus') return;
        if (part === 'profiles' && JSON.stringify(value) !== '[1,1,1]')
          expect(words(reading.value.firewall)).to.not.equal('{"on":true}');
      }),
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (noise) => {
        expect(parseRightsAnswer(noise)).to.equal(undefined);
      }),
    );
  });
});
