import type { Clock } from '../../shared/instant.ts';
import type { Log } from '../../shared/log.ts';
import type { PlatformName } from '../../shared/names.ts';
import type { DeviceSettings } from '../../shared/policy/device-settings.ts';
import type { FarewellReason } from '../../shared/policy/farewell.ts';
import type { Reading } from '../../shared/reading.ts';
import type { ProbedSection, SectionValues } from '../../shared/report/report.ts';
import type { Actions } from './actions.ts';
import type { Keeper } from './keeper.ts';
import type { Witness } from './witness.ts';

/**
 * `new`: the system itself is asked. `glance`: the last answer may be given again
 * where the probe can tell that nothing changed since (unchanged.ts). Only the
 * agent's own rounds glance.
 */
export type Look = 'new' | 'glance';

/**
 * Asks the system one question. Answers unknown, with the reason, whenever the
 * system does not say; never throws for what a system may do. The signal fires
 * at the probe's time limit: children it started must end then. Without a word it
 * looks anew.
 */
export type Probe<Value> = (signal: AbortSignal, look?: Look) => Promise<Reading<Value>>;

export type Probes = { readonly [Name in ProbedSection]: Probe<SectionValues[Name]> };

export interface LockWords {
  /** The account that a lock never refuses, beside root. */
  breakGlass: string;
  /** The command that takes an offline code on its standard input; its words. */
  codeCommand: readonly string[];
}

/** What every platform is given. */
export interface PlatformParts {
  clock: Clock;
  log: Log;
  /** What the setting wants looked for, as it stands at the moment of asking. */
  settings: () => DeviceSettings;
  keeper: Keeper;
  /** What the lock of this device needs of the agent around it. Absent: a look, which locks nothing. */
  lockWords?: LockWords;
  /** Hears what is asked and answered, for an explanation or a recording on the device itself; usually nobody does. */
  witness?: Witness;
}

/**
 * All that differs from one operating system to another. One object is chosen
 * once, by `select.ts`, and passed in; nothing else asks which system this is.
 */
export interface Platform extends Actions {
  readonly name: PlatformName;
  readonly probes: Probes;
  /** How long a probe may take on this system, in milliseconds, where that is longer than elsewhere. */
  readonly limitsMs?: Partial<Record<ProbedSection, number>>;
  /** How often a section is asked on this system, in milliseconds, where that is seldomer than elsewhere: its hints can be relied on. */
  readonly everyMs?: Partial<Record<ProbedSection, number>>;
  /** Tells when a section is worth asking again before its time. A hint only: none may ever come. Returns how to stop. */
  watch(onHint: (section: ProbedSection) => void): () => void;
  /** An identifier that changes at each boot of the system. */
  bootId(): Promise<string>;
  /** Why the agent was told to end, within half a second. Absent: this system does not say. */
  ending?(): Promise<FarewellReason>;
  /** How long it has run since that boot, its sleep included, in milliseconds. Absent: as the system itself says. */
  uptimeMs?(): number;
}
