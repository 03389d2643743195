import type { GuardDemand } from '../../shared/guard/states.ts';
import type { PlatformName } from '../../shared/names.ts';
import type { ProbedSection, Sections } from '../../shared/report/report.ts';
import type { Session } from '../../shared/report/sessions.ts';
import type { GuardMemory } from './guard-memory.ts';
import { memoryOf } from './guard-note.ts';
import { canJudge, changedSections, createJudge } from './judging.ts';
import type { SettingsHolder } from './settings-holder.ts';

interface AssessingParts {
  settings: Pick<SettingsHolder, 'current' | 'version'>;
  platform: PlatformName;
  memory: GuardMemory;
}

/** What was seen in this run, and what it asks for. */
export interface Assessing {
  /** Readings as they come; answers which of those that concern the guard answer differently now. */
  saw(readings: Partial<Sections>): ProbedSection[];
  /** Something was told that was not judged yet. */
  isNews(): boolean;
  settingsChanged(): void;
  /** Judges anew where there is news, or the time for it has come. */
  judge(): Promise<void>;
  demand(): GuardDemand;
  /** When it has to be judged anew though nothing changed, milliseconds; null: never. */
  dueMs(): number | null;
  /** Whether anything was looked at in this run. */
  hasLooked(): boolean;
  /** Who is signed in, as last seen. */
  signedIn(): readonly Session[];
}

export function createAssessing({ settings, platform, memory }: AssessingParts): Assessing {
  const { note, time } = memory;
  const judge = createJudge();
  const sections: Partial<Sections> = {};
  let demand: GuardDemand = { is: 'cannot-tell' };
  let isNews = true;
  let dueMs: number | null = null;

  const isDamaged = () => (settings.version() ?? 0) < (note().rulesVersion ?? 0);

  return {
    saw(readings) {
      const changed = changedSections(sections, readings);
      Object.assign(sections, readings);
      if (changed.some((name) => name !== 'sessions')) isNews = true;
      return changed;
    },
    isNews: () => isNews,
    settingsChanged() {
      isNews = true;
    },
    async judge() {
      if (!isNews && (dueMs === null || time().now() < dueMs)) return;
      const given = { settings: settings.current(), version: settings.version(), isDamaged: isDamaged(), sections };
      if (!canJudge({ ...given, note: note() })) return;
      isNews = false;
      const judged = await judge({ ...given, platform, note: note(), now: time().moment() });
      demand = judged.demand;
      dueMs = judged.dueMs;
      const next = { ...note(), ...judged.memory };
      if (memoryOf(next) !== memoryOf(note())) await memory.keepAnyway(next);
    },
    demand: () => demand,
    dueMs: () => dueMs,
    hasLooked: () => Object.keys(sections).length > 0,
    signedIn: () => (sections.sessions?.state === 'known' ? sections.sessions.value.sessions : []),
  };
}
