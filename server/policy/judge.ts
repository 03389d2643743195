import type { Instant } from '../../shared/instant.ts';
import { evaluate } from '../../shared/policy/evaluate.ts';
import type { Facts, PlaceMemory } from '../../shared/policy/facts.ts';
import { awaitedBy } from '../../shared/policy/farewell.ts';
import { type Finding, isMisuse } from '../../shared/policy/findings.ts';
import { nextLook } from '../../shared/policy/next-look.ts';
import type { Connection } from '../storage/database.ts';
import type { RulesInForce } from './rules-in-force.ts';
import { endOfMisuse, unseenMisuse } from './unseen-misuse.ts';

/** What a device said and what the setting says of it, without what the rules add. */
export type KnownOfDevice = Omit<Facts, 'settings' | 'standingSince' | 'observedUntil'>;

/** A finding that stands, and from when its grace is reckoned. */
export type Standing = Finding & { since: Instant; graceFrom?: Instant | null | undefined };

/** What the judge needs of devices: what is known of them, and where findings are kept. */
export interface JudgedDevices {
  /** undefined: it is judged no more. `observedUntil`: until when what it told is known to hold; undefined: at that time. */
  known(
    connection: Connection,
    deviceId: string,
    at: Instant,
  ): Promise<
    { settingId: string; known: KnownOfDevice; observedUntil: Instant | undefined; judgeAt: Instant | null } | undefined
  >;
  findingsOf(connection: Connection, deviceId: string): Promise<Standing[]>;
  add(connection: Connection, deviceId: string, finding: Finding & { since: Instant }): Promise<void>;
  /** Its words and its grace; its beginning stays. */
  reword(connection: Connection, deviceId: string, finding: Finding): Promise<void>;
  remove(connection: Connection, deviceId: string, code: Finding['code']): Promise<void>;
  keep(connection: Connection, deviceId: string, state: JudgedState): Promise<void>;
}

/** What is kept of a device from one judgement to the next. */
interface JudgedState {
  placeMemory: PlaceMemory;
  /** When it is to be judged again though nothing is reported. */
  judgeAt: Instant | null;
}

/** What the judge tells of misuse; repeats join the open case. Each answers the id of the incident it touched. */
export interface MisuseRecord {
  began(connection: Connection, misuse: Misuse & { settingId: string }): Promise<string>;
  /** It goes on, with other particulars. */
  changed(connection: Connection, misuse: Misuse): Promise<string | undefined>;
  ended(connection: Connection, misuse: Misuse): Promise<string | undefined>;
}

interface Misuse {
  deviceId: string;
  code: Finding['code'];
  text: string;
  at: Instant;
}

interface JudgeParts {
  devices: JudgedDevices;
  misuse: MisuseRecord;
  rulesOf: (connection: Connection, settingId: string) => Promise<RulesInForce>;
}

/**
 * Judges a device by what is stored of it, at a time: findings that are new
 * begin then, those that hold keep their beginning, those that no longer hold
 * end. Runs inside the transaction that changed the facts, so a finding of
 * misuse and its incident stand or fall with the report that showed it.
 * Answers the ids of the incidents it touched, to be told after the commit.
 */
export type Judge = (connection: Connection, deviceId: string, at: Instant, because?: Cause) => Promise<string[]>;

/** What changed: what the device says (or that it speaks), or what the setting asks of it. */
export type Cause = 'device' | 'setting';

const endTexts: { readonly [Because in Cause]: string } = {
  device: 'The device reports that this is no longer so.',
  setting: 'The setting changed what it asks of this device; by that it no longer counts.',
};

export function createJudge({ devices, misuse, rulesOf }: JudgeParts): Judge {
  /** Writes a finding down, and tells of misuse that begins with it, goes on with other words, or began as its grace ran out. */
  const settle = async (
    connection: Connection,
    finding: Finding,
    {
      before,
      settingId,
      deviceId,
      at,
    }: { before: Standing | undefined; settingId: string; deviceId: string; at: Instant },
  ): Promise<string | undefined> => {
    const { code, text, remedy, graceUntil } = finding;
    if (before?.text === text && before.remedy === remedy && before.graceUntil === graceUntil) return undefined;
    if (before === undefined) await devices.add(connection, deviceId, { code, text, remedy, graceUntil, since: at });
    else await devices.reword(connection, deviceId, { code, text, remedy, graceUntil });
    if (!isMisuse(finding)) return undefined;
    const told = { deviceId, code, text, at };
    if (before === undefined || !isMisuse(before)) return misuse.began(connection, { ...told, settingId });
    return before.text === text ? undefined : misuse.changed(connection, told);
  };

  const end = async (
    connection: Connection,
    ended: Standing,
    { deviceId, at, text }: { deviceId: string; at: Instant; text: string },
  ): Promise<string | undefined> => {
    const { code } = ended;
    await devices.remove(connection, deviceId, code);
    return isMisuse(ended) ? misuse.ended(connection, { deviceId, code, at, text }) : undefined;
  };

  const keepState = async (
    connection: Connection,
    { deviceId, state, before }: { deviceId: string; state: JudgedState; before: JudgedState },
  ): Promise<void> => {
    const isSame = state.judgeAt === before.judgeAt && isSameMemory(state.placeMemory, before.placeMemory);
    if (!isSame) await devices.keep(connection, deviceId, state);
  };

  return async (connection, deviceId, at, because = 'device') => {
    const found = await devices.known(connection, deviceId, at);
    if (found === undefined) return [];
    const { settingId, known, observedUntil } = found;
    const { rules, version, since } = await rulesOf(connection, settingId);
    const standing = new Map((await devices.findingsOf(connection, deviceId)).map((one) => [one.code, one]));
    const facts: Facts = { ...known, settings: { version, since }, standingSince: sinceOf(standing), observedUntil };
    const evaluation = evaluate(facts, rules, at);
    const { findings, place } = evaluation;
    const given = { facts, policy: rules, place, now: at };
    const codes = new Set(findings.map(({ code }) => code));
    const notFound = [...standing.values()].filter(({ code }) => !codes.has(code));
    const holding = [...findings, ...unseenMisuse(notFound, given)];
    const held = new Set(holding.map(({ code }) => code));

    const touched: (string | undefined)[] = [];
    for (const ended of notFound) {
      if (held.has(ended.code)) continue;
      const text = because === 'setting' ? endTexts.setting : (endOfMisuse(ended.code, given) ?? endTexts.device);
      touched.push(await end(connection, ended, { deviceId, at, text }));
    }
    // A case that begins freezes what is found of the device: all else is written down before it.
    for (const finding of [...holding.filter((one) => !isMisuse(one)), ...holding.filter(isMisuse)])
      touched.push(await settle(connection, finding, { before: standing.get(finding.code), settingId, deviceId, at }));
    const state = {
      placeMemory: evaluation.placeMemory,
      judgeAt: nextLook(evaluation, rules, { now: at, until: observedUntil, awaited: awaitedBy(facts.farewells) }),
    };
    await keepState(connection, { deviceId, state, before: { ...found, placeMemory: known.placeMemory } });
    return touched.filter((id) => id !== undefined);
  };
}

/** From when the grace of each standing finding is reckoned. */
export function sinceOf(standing: ReadonlyMap<Finding['code'], Standing>): Facts['standingSince'] {
  return Object.fromEntries([...standing].map(([code, { since, graceFrom }]) => [code, graceFrom ?? since]));
}

function isSameMemory(one: PlaceMemory, other: PlaceMemory): boolean {
  return (
    one.last === other.last &&
    (one.lastSince ?? null) === (other.lastSince ?? null) &&
    one.unknownSince === other.unknownSince
  );
}
