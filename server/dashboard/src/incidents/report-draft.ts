import type { Category } from '../../../../shared/incident/categories.ts';
import { categoryCatalogue } from '../../../../shared/incident/categories.ts';
import type { concernedRoles } from '../../../../shared/incident/visibility.ts';

/** What somebody reports, as it stands in the form. */
export interface Report {
  category: Category | '';
  text: string;
  /** Of the browser's own clock, without a zone; empty: not said. */
  happenedAt: string;
  confidential: boolean;
  about: (typeof concernedRoles)[number][];
}

export const emptyReport: Report = { category: '', text: '', happenedAt: '', confidential: false, about: [] };

const most = 4_000;

/** What cannot be sent as it is, by field. */
export function reportFaults({ category, text, happenedAt }: Report): Partial<Record<keyof Report, string>> {
  const isFuture = happenedAt !== '' && Date.parse(happenedAt) > Date.now();
  return {
    ...(category === '' && { category: 'Choose what it is about' }),
    ...(text.trim().length < 3 && { text: 'Write what you saw' }),
    ...(text.trim().length > most && { text: `Write at most ${most.toLocaleString('en-GB')} letters` }),
    ...(isFuture && { happenedAt: 'It cannot have happened yet' }),
  };
}

/** Whether a report passes the manager by, whatever is chosen. */
export function isAlwaysConfidential({ category }: Report): boolean {
  return category !== '' && categoryCatalogue[category].confidential === 'always';
}
