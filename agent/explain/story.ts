import type { SectionName, SectionValues } from '../../shared/report/report.ts';

/** How one section is told to a person who is not a technician. Each text is one sentence or more, without a line's end. */
export interface Story<Value> {
  /** What the section answers, as a question. */
  question: string;
  /** The demands it serves (requirements of the settings' own policies). */
  demands: readonly string[];
  /** What was found. `at`: when it was looked. */
  answer(value: Value, at: string): string[];
  /** How that verdict follows from what was found, and what it does not say. */
  follows(value: Value): string[];
}

export type Stories = { readonly [Name in SectionName]: Story<SectionValues[Name]> };

/** "2026-11-21 12:00 UTC". */
export function moment(at: string): string {
  return `${at.slice(0, 16).replace('T', ' ')} UTC`;
}
