import { type Moment, ranMs } from '../../shared/guard/countdown.ts';
import type { GuardDemand } from '../../shared/guard/states.ts';
import { instant } from '../../shared/instant.ts';
import type { PlatformName } from '../../shared/names.ts';
import type { DeviceSettings } from '../../shared/policy/device-settings.ts';
import type { Facts } from '../../shared/policy/facts.ts';
import type { FindingCode } from '../../shared/policy/findings.ts';
import { answerText, unknown } from '../../shared/reading.ts';
import type { ProbedSection, SectionName, Sections } from '../../shared/report/report.ts';
import type { GuardNote } from './guard-note.ts';

/** The sections by which a device is warned and blocked. */
const guardSections = ['encryption', 'location', 'photos'] as const satisfies readonly ProbedSection[];

/** Findings whose beginning the guard's own judgement needs; the others are the server's concern. */
const guardCodes = [
  'unprotected-off-site',
  'not-protected',
  'encryption-unknown',
] as const satisfies readonly FindingCode[];

type Remembered = 'placeMemory' | 'unknownFor' | 'standingSince' | 'rulesVersion' | 'causeVersion';

export interface Judged {
  demand: GuardDemand;
  /** What the next judgement needs of this one. */
  memory: Pick<GuardNote, Remembered>;
  /** When it has to be judged anew though nothing changed, milliseconds; null: never. */
  dueMs: number | null;
}

interface JudgeParts {
  platform: PlatformName;
  settings: DeviceSettings;
  /** Of the settings; null: there are none. */
  version: number | null;
  /** There were rules, and they cannot be believed any more. */
  isDamaged: boolean;
  sections: Partial<Sections>;
  note: Pick<GuardNote, Remembered | 'cause'>;
  now: Moment;
}

/** Which of the sections that concern the guard answer differently than before. */
export function changedSections(before: Partial<Sections>, readings: Partial<Sections>): ProbedSection[] {
  return [...guardSections, 'sessions' as const].filter((name) => {
    const [was, is] = [before[name], readings[name]];
    return is !== undefined && (was === undefined || answerText(was) !== answerText(is));
  });
}

/** What is judged by must have been looked at in this run: what was seen before it began may be elsewhere. */
export function canJudge({ settings, isDamaged, sections, note }: Omit<JudgeParts, 'platform' | 'now'>): boolean {
  const { rules } = settings;
  if (rules === undefined && note.rulesVersion === null) return false;
  if (sections.encryption === undefined) return false;
  if (isDamaged || rules === undefined) return true;
  const isConditional = rules.switches.offSite.unprotected === 'conditional';
  return sections.location !== undefined && (!isConditional || sections.photos !== undefined);
}

async function loadRules() {
  const { demandOf, demandWithoutRules } = await import('../../shared/guard/demand.ts');
  const { evaluatedPolicyFrom } = await import('../../shared/policy/evaluated-policy.ts');
  const { evaluate } = await import('../../shared/policy/evaluate.ts');
  const { isPlaceNamed, placeGraceUntil } = await import('../../shared/policy/judge-place.ts');
  return { demandOf, demandWithoutRules, evaluatedPolicyFrom, evaluate, isPlaceNamed, placeGraceUntil };
}

type Rules = Awaited<ReturnType<typeof loadRules>>;

/**
 * Evaluates this device by itself, with the same function as the server. Its rules are loaded with the first judgement:
 * a device whose setting guards nothing never needs them in memory.
 */
export function createJudge(): (parts: JudgeParts) => Promise<Judged> {
  let loading: Promise<Rules> | undefined;
  return async (parts) => {
    loading ??= loadRules();
    return judgeBy(await loading, parts);
  };
}

function judgeBy(rules: Rules, parts: JudgeParts): Judged {
  const { settings, note, now } = parts;
  const { placeMemory: before, unknownFor, standingSince, rulesVersion, cause, causeVersion } = note;
  const memory = { placeMemory: before, unknownFor, standingSince, rulesVersion, causeVersion };
  const facts = factsOf(parts);
  if (parts.isDamaged) return { memory, dueMs: null, demand: rules.demandWithoutRules(facts) };
  const policy = rules.evaluatedPolicyFrom(settings);
  if (policy === undefined)
    return {
      memory: { ...memory, rulesVersion: null },
      dueMs: null,
      demand: { is: 'clear', because: 'rules-changed' },
    };
  const { place, findings, placeMemory } = rules.evaluate(facts, policy, instant(now.trustedMs));
  const { offSite } = policy.switches;
  const { unknownSince } = placeMemory;
  const graceMs = unknownSince === null ? null : Date.parse(rules.placeGraceUntil(unknownSince, policy));
  const isPlaceNamed = rules.isPlaceNamed(policy);
  const areOtherRules = parts.version !== causeVersion;
  const demand = rules.demandOf({ facts, offSite, isPlaceNamed, place, findings, cause, areOtherRules });
  return {
    demand,
    memory: {
      placeMemory: { last: placeMemory.last, lastSince: placeMemory.lastSince ?? null },
      unknownFor: unknownSince === null ? null : (unknownFor ?? { ranMs: 0, asOf: now.running }),
      standingSince: sinceOf(findings, standingSince, now.trustedMs),
      rulesVersion: parts.version,
      // What the present rules asked for by evidence, nothing unknown takes back.
      causeVersion: demand.is === 'block' && cause !== null ? parts.version : causeVersion,
    },
    dueMs: graceMs !== null && graceMs > now.trustedMs ? graceMs : null,
  };
}

function factsOf({ platform, settings, version, sections, note, now: moment }: JudgeParts): Facts {
  const nowMs = moment.trustedMs;
  const now = instant(nowMs);
  const { unknownFor } = note;
  const unknownSince = unknownFor === null ? null : instant(nowMs - ranMs(unknownFor, moment.running));
  const { rules } = settings;
  return {
    kind: rules?.kind ?? 'laptop',
    platform,
    childFacing: rules?.childFacing ?? false,
    assignedPeople: rules?.assignedPeople ?? null,
    sections: wholeSections(sections, nowMs),
    settings: { version: version ?? 0, since: now },
    lastSeenAt: now,
    enrolledAt: rules?.enrolledAt ?? now,
    placeMemory: { ...note.placeMemory, unknownSince },
    standingSince: note.standingSince,
  };
}

function wholeSections(sections: Partial<Sections>, nowMs: number): Sections {
  const none = unknown('not-asked-yet', instant(nowMs));
  const all: { [Name in SectionName]: typeof none } = {
    ...{ encryption: none, sessions: none, apps: none, photos: none, filtering: none, location: none },
    ...{ media: none, programs: none, rights: none, system: none, agent: none },
  };
  return { ...all, ...sections };
}

function sinceOf(
  findings: readonly { code: FindingCode }[],
  before: GuardNote['standingSince'],
  nowMs: number,
): GuardNote['standingSince'] {
  const standing = guardCodes.filter((code) => findings.some((finding) => finding.code === code));
  return Object.fromEntries(standing.map((code) => [code, before[code] ?? instant(nowMs)]));
}
