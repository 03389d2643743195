import { expect } from 'chai';
import { releaseMs } from '../../shared/guard/states.ts';
import { instant } from '../../shared/instant.ts';
import { defaultDeviceSettings } from '../../shared/policy/device-settings.ts';
import { evaluate } from '../../shared/policy/evaluate.ts';
import { type EvaluatedPolicy, evaluatedPolicyFrom } from '../../shared/policy/evaluated-policy.ts';
import { noPlaceMemory, type PlaceMemory } from '../../shared/policy/facts.ts';
import { defaultSwitches } from '../../shared/policy/switches.ts';
import { unknown } from '../../shared/reading.ts';
import type { Sections } from '../../shared/report/report.ts';
import { createRandom, type Random } from '../support/random.ts';
import { morning } from '../unit/agent/parts.ts';
import { createWorld, minute, type Truth, type World } from './journeys-world.ts';

const journeys = 1000;
const steps = 9;
/** Two rounds: one in which it is seen, and one in which it is done. */
const slackMs = 2 * minute;

function noSections(at: string): Sections {
  const none = unknown('not-asked-yet', at);
  return {
    ...{ encryption: none, sessions: none, apps: none, photos: none, filtering: none, location: none },
    ...{ media: none, programs: none, rights: none, system: none, agent: none },
  };
}

const policies = new WeakMap<object, EvaluatedPolicy>();

function policyOf(world: World): EvaluatedPolicy {
  const { offSite } = world.truth;
  const policy = policies.get(offSite) ?? evaluatedPolicyFrom({ ...defaultDeviceSettings, rules: world.rules() });
  if (policy === undefined) throw new Error('no rules');
  policies.set(offSite, policy);
  return policy;
}

/** What the policy asks of the device, worked out apart from its guard; `clear` is by evidence. */
function createOracle(world: World) {
  let memory: PlaceMemory = noPlaceMemory;
  /** How long it has been asked to block, while it was on; and altogether. */
  let askedOnMs = 0;
  let isAsked = false;
  let releasedForMs: number | undefined;
  let onMs = 0;
  let promisedMs = 0;

  function look(): 'block' | 'clear' | 'cannot-tell' {
    const { truth } = world;
    const at = instant(morning + onMs);
    const none = noSections(at);
    const sections: Sections = { ...none, ...world.readings() };
    const facts = {
      ...({ kind: 'laptop', platform: 'simulated', childFacing: false, assignedPeople: null, sections } as const),
      ...{ settings: { version: truth.version, since: at }, lastSeenAt: at, enrolledAt: instant(morning) },
      ...{ placeMemory: memory, standingSince: {} },
    };
    const evaluated = evaluate(facts, policyOf(world), at);
    memory = evaluated.placeMemory;
    if (evaluated.findings.some(({ code }) => code === 'unprotected-off-site')) return 'block';
    if (evaluated.place.counts === 'on-site' || truth.protection === 'protected') return 'clear';
    return truth.offSite.unprotected === 'conditional' && truth.photos === 0 ? 'clear' : 'cannot-tell';
  }

  return {
    /** What was asked under other rules may not be any more; what is asked still is counted anew. */
    otherRules(): void {
      isAsked = false;
      askedOnMs = 0;
      // A warning that was given stands, with the time that it named.
      promisedMs = Math.max(promisedMs, 10 * minute);
    },
    released(): void {
      releasedForMs = 0;
      askedOnMs = 0;
    },
    /** Time went by, with this answer at its end. */
    pass(ms: number): 'block' | 'clear' | 'cannot-tell' {
      onMs += ms;
      const answer = look();
      if (answer === 'clear') {
        isAsked = false;
        askedOnMs = 0;
        promisedMs = 0;
        releasedForMs = undefined;
      } else if (answer === 'block' || isAsked) {
        if (releasedForMs !== undefined) releasedForMs += ms;
        else if (isAsked) askedOnMs += ms;
        isAsked = true;
      }
      if (releasedForMs !== undefined && releasedForMs > releaseMs + slackMs) {
        releasedForMs = undefined;
        askedOnMs = 0;
      }
      return answer;
    },
    /** Whether it must be blocked by now: it was asked to for longer than the warning, while it was on. */
    mustBlock: () =>
      isAsked &&
      releasedForMs === undefined &&
      world.truth.offSite.guard === 'block' &&
      askedOnMs > Math.max(promisedMs, world.truth.offSite.warningMinutes * minute) + slackMs,
  };
}

/** One thing that happens; the names are printed where a journey fails. */
const happenings: Record<string, (truth: Truth, random: Random) => Partial<Truth>> = {
  'goes home': () => ({ place: 'home' }),
  'comes back': () => ({ place: 'setting' }),
  'loses its network': () => ({ place: 'no-network' }),
  'has a VPN up': () => ({ place: 'vpn' }),
  'is encrypted': () => ({ protection: 'protected' }),
  'is not encrypted': () => ({ protection: 'not-protected' }),
  'cannot tell its encryption': () => ({ protection: 'unknown' }),
  'holds photos': () => ({ photos: 12 }),
  'holds no photos': () => ({ photos: 0 }),
  'has its clock turned back': ({ clockOffMs }) => ({ clockOffMs: clockOffMs - 26 * 60 * minute }),
  'has its clock set right': () => ({ clockOffMs: 0 }),
  'has its clock set ahead': ({ clockOffMs }) => ({ clockOffMs: clockOffMs + 3 * 60 * minute }),
  'cannot be locked': () => ({ lockFails: true }),
  'can be locked again': () => ({ lockFails: false }),
  'is killed in the middle of a write': (_truth, random) => ({ killInWrites: 1 + random.below(4) }),
};

function asList<Item>([first, ...rest]: readonly Item[]): [Item, ...Item[]] {
  if (first === undefined) throw new Error('nothing to pick from');
  return [first, ...rest];
}

async function changeRules(world: World, random: Random): Promise<string> {
  const { truth } = world;
  truth.version += 1;
  truth.offSite = {
    unprotected: random.pick(['strict', 'strict', 'conditional']),
    unknownEncryption: random.pick(['counts-as-unprotected', 'look']),
    warningMinutes: random.pick([0, 1, 10]),
    unknownPlaceMinutes: random.pick([0, 5, 30]),
    unknownPlace: random.pick(['off-site', 'last-known', 'unknown']),
    guard: random.pick(['block', 'block', 'block', 'warn-only']),
  };
  await world.deliver();
  return `rules ${truth.version}: ${Object.values(truth.offSite).join(' ')}`;
}

async function journey(random: Random): Promise<void> {
  const world = createWorld({
    ...{ nowMs: morning, clockOffMs: 0, bootedAtMs: morning - minute, boot: 1, isOn: true, place: 'setting' },
    ...{ protection: 'not-protected', photos: 12, lockFails: false, killInWrites: undefined, version: 1 },
    offSite: defaultSwitches.offSite,
  });
  const story: string[] = [];
  const oracle = createOracle(world);
  await world.start();
  await world.deliver();
  await world.round();
  const { truth } = world;

  /** A minute, with an agent that the system starts again where it was killed. */
  async function aMinute(): Promise<void> {
    truth.nowMs += minute;
    if (!truth.isOn) return;
    if (!world.isRunning()) await world.start();
    if (world.takenVersion() !== truth.version) await world.deliver();
    await world.round();
    if (world.isRunning() && !truth.lockFails) check(oracle.pass(minute));
    else oracle.pass(minute);
  }

  /** What must hold of a device whose agent runs and that can be locked. */
  function check(answer: ReturnType<typeof oracle.pass>): void {
    const told = `${story.join('; ')} -> ${answer}, the guard is ${world.guardState()}`;
    if (oracle.mustBlock()) expect(world.isUsable(), told).to.equal(false);
    if (answer !== 'clear') return;
    expect(world.isGuardsLock(), told).to.equal(false);
    if (!world.isOrdersLock()) expect(world.isLocked(), told).to.equal(false);
  }

  async function passMinutes(count: number): Promise<void> {
    for (let passed = 0; passed < count; passed += 1) await aMinute();
  }

  async function boot(afterMinutes: number): Promise<void> {
    world.shutDown();
    truth.nowMs += afterMinutes * minute;
    await world.boot();
  }

  const does: Record<string, () => Promise<void>> = {
    nothing: async () => {},
    restart: () => boot(0),
    off: () => boot(random.pick([2, 8, 40, 900])),
    async rules() {
      story.push(await changeRules(world, random));
      oracle.otherRules();
    },
    'order-lock': () => world.order('lock'),
    async 'order-release'() {
      await world.order('release');
      // Cut off in the middle it has released or not; the guard's own word says which, and a minute later the lock.
      if (world.guardState() === 'released') oracle.released();
    },
    async code() {
      const wasLocked = world.isLocked() && world.isGuardsLock();
      await world.typeCode();
      // Cut off before it could say so, it has let people in all the same.
      if (wasLocked && !world.isLocked()) oracle.released();
    },
  };

  async function doDeed(): Promise<void> {
    const [name, act] = random.pick(asList(Object.entries(does)));
    story.push(name);
    await act();
  }

  for (let step = 0; step < steps; step += 1) {
    const [name, happen] = random.pick(asList(Object.entries(happenings)));
    Object.assign(truth, happen(truth, random));
    story.push(name);
    if (random.below(3) === 0) await doDeed();
    const minutes = random.pick([1, 2, 5, 12, 35]);
    story.push(`${minutes} min`);
    await passMinutes(minutes);
  }

  // Whatever happened, there is a way back: the setting's own network, and for an order its release.
  Object.assign(truth, { place: 'setting', lockFails: false, killInWrites: undefined, isOn: true });
  await passMinutes(2);
  await world.order('release');
  await passMinutes(1);
  expect(world.isLocked(), `${story.join('; ')} -> back`).to.equal(false);
}

describe('journeys of a device with its guard (DEV1)', function () {
  this.timeout(600_000);

  it(`is never usable when it has to be blocked, never blocked when all is clear, and always has a way back (${journeys})`, async () => {
    const random = createRandom('the journeys');
    for (let number = 0; number < journeys; number += 1) await journey(random);
  });
});
