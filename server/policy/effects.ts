import { setImmediate as nextTick } from 'node:timers/promises';
import { z } from 'zod';
import { StatedError } from '../../shared/api/errors.ts';
import type { PageQuery } from '../../shared/api/page.ts';
import type { DeviceEffect, PolicyEffects } from '../../shared/api/policy.ts';
import { type Clock, type Instant, instant } from '../../shared/instant.ts';
import type { Policy } from '../../shared/policy/document.ts';
import type { Evaluation } from '../../shared/policy/evaluate.ts';
import type { Facts } from '../../shared/policy/facts.ts';
import { type Finding, findingCatalogue } from '../../shared/policy/findings.ts';
import { readCursor, writeCursor } from '../storage/cursor.ts';
import { type Fate, guardFate } from './guard-fate.ts';
import { createSums } from './sums.ts';

interface EffectsParts {
  clock: Clock;
  /** The setting's fleet, by name. */
  devicesOf: (settingId: string) => Promise<{ id: string; name: string; observeMode: boolean | null }[]>;
  /** Reads the devices of a setting as the judge would at a time; undefined: it left the fleet meanwhile. */
  factsAt: (settingId: string, at: Instant) => Promise<(deviceId: string) => Promise<Facts | undefined>>;
  /** The rules of a policy, as the judge goes by them. */
  judgeBy: (settingId: string, policy: Policy) => Promise<(facts: Facts, now: Instant) => Evaluation>;
}

/** A policy beside the one in force. */
interface Compared {
  settingId: string;
  before: Policy;
  after: Policy;
}

export type PolicyEffectsOf = (
  compared: Compared,
  page: PageQuery,
) => Promise<Omit<PolicyEffects, 'basedOn' | 'changes'>>;

/** Milliseconds of evaluating after which everything else has its turn. */
const sliceMs = 8;
/** Comparisons at once; each reads a whole fleet. */
const mostAtOnce = 3;

/**
 * What a policy would change for each device, by the very evaluation that judges reports, over what is stored of
 * it. Writes nothing.
 */
export function createPolicyEffects({ clock, devicesOf, factsAt, judgeBy }: EffectsParts): PolicyEffectsOf {
  let running = 0;

  const compare = async ({ settingId, before, after }: Compared, page: PageQuery) => {
    const now = instant(clock.now());
    const [was, is] = [await judgeBy(settingId, before), await judgeBy(settingId, after)];
    const factsOf = await factsAt(settingId, now);
    const sums = createSums();
    const effects: DeviceEffect[] = [];
    let [judged, notJoined] = [0, 0];
    let turnEnds = performance.now() + sliceMs;
    for (const device of await devicesOf(settingId)) {
      const facts = await factsOf(device.id);
      if (facts === undefined) continue;
      if (facts.enrolledAt === null) {
        notJoined += 1;
        continue;
      }
      judged += 1;
      const given = { facts, observes: device.observeMode === true };
      const present = was(facts, now);
      const proposed = inTheEnd(is, { facts, present, now });
      const fates = {
        was: guardFate(present, before, { ...given, areOtherRules: false }),
        is: guardFate(proposed, after, { ...given, areOtherRules: true }),
      };
      const effect = effectOn(device, { was: present.findings, is: proposed.findings, fates });
      sums.add(effect);
      if (effect.appears.length > 0 || effect.disappears.length > 0 || effect.guard !== 'as-before')
        effects.push(effect);
      if (performance.now() < turnEnds) continue;
      await nextTick();
      turnEnds = performance.now() + sliceMs;
    }
    return { judged, notJoined, touched: effects.length, ...sums.all(), ...pageOf(effects, page) };
  };

  return async (compared, page) => {
    if (running >= mostAtOnce)
      throw new StatedError('too-many-tries', 'Others are trying out rules just now. Try again in a moment.');
    running += 1;
    try {
      return await compare(compared, page);
    } finally {
      running -= 1;
    }
  };
}

const longAgo = '1970-01-01T00:00:00.000Z';

/**
 * What rules come to for a device whose place they make unknown, once the grace of that is over: a first beacon that nobody
 * hears would else seem to change nothing, and block a nursery half an hour later.
 */
function inTheEnd(
  judge: (facts: Facts, now: Instant) => Evaluation,
  { facts, present, now }: { facts: Facts; present: Evaluation; now: Instant },
): Evaluation {
  const proposed = judge(facts, now);
  const { verdict } = present.place;
  if (verdict === 'unknown' || proposed.place.verdict !== 'unknown') return proposed;
  return judge({ ...facts, placeMemory: { ...facts.placeMemory, last: verdict, unknownSince: longAgo } }, now);
}

function effectOn(
  { id, name }: { id: string; name: string },
  { was, is, fates }: { was: readonly Finding[]; is: readonly Finding[]; fates: { was: Fate; is: Fate } },
): DeviceEffect {
  const without = (some: readonly Finding[], others: readonly Finding[]) =>
    some
      .filter(({ code }) => !others.some((other) => other.code === code))
      .map(({ code, text }) => ({ code, severity: findingCatalogue[code].severity, text }));
  return {
    id,
    name,
    appears: without(is, was),
    disappears: without(was, is),
    guard: fates.was === fates.is ? 'as-before' : fates.is === 'blocks' ? 'blocks' : 'lets-go',
  };
}

/** A page of the devices that are touched, those to be blocked first. The cursor counts: what it counts is worked out anew each time. */
function pageOf(effects: DeviceEffect[], { limit, cursor }: PageQuery): Pick<PolicyEffects, 'items' | 'nextCursor'> {
  const [from] = cursor === undefined ? [0] : readCursor(cursor, z.tuple([z.int().nonnegative()]));
  const blockedFirst = [...effects].sort((one, other) => rank(one) - rank(other));
  const items = blockedFirst.slice(from, from + limit);
  const next = from + items.length;
  return { items, nextCursor: next < effects.length ? writeCursor([next]) : null };
}

function rank({ guard, appears }: DeviceEffect): number {
  if (guard === 'blocks') return 0;
  return appears.length > 0 ? 1 : 2;
}
