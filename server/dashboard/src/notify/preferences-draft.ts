import { type Preferences, preferencesSchema } from '../../../../shared/api/notify.ts';
import type { Weekday } from '../../../../shared/calendar/opening.ts';
import { faultsOf } from '../session/form-faults.ts';

/** The fields as they stand in the form: hours that are not wanted are kept while they are switched off. */
export interface Draft {
  act: Preferences['act'];
  check: Preferences['check'];
  anyHour: boolean;
  days: Weekday[];
  from: string;
  to: string;
  dailyAt: string;
  weekly: boolean;
}

export function draftOf({ act, check, hours, dailyAt, weekly }: Preferences): Draft {
  const { days, from, to } = hours ?? { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '07:00', to: '19:00' };
  return { act, check, anyHour: hours === null, days: [...days], from, to, dailyAt, weekly };
}

export function bodyOf({ anyHour, days, from, to, ...rest }: Draft) {
  return { ...rest, hours: anyHour ? null : { days, from, to } };
}

/** What cannot be saved as it is, by field. */
export function faultsOfDraft(draft: Draft): Partial<Record<keyof Draft, string>> {
  const faults = faultsOf(preferencesSchema, bodyOf(draft));
  return {
    ...(faults['hours.days'] && { days: 'Choose at least one day' }),
    ...(faults['hours.from'] && { from: 'Write a time, such as 07:00' }),
    ...(faults['hours.to'] && { to: 'Write a time, such as 19:00' }),
    ...(faults.hours && { to: 'Must be later than the beginning, on the same day' }),
    ...(faults.dailyAt && { dailyAt: 'Write a time, such as 07:30' }),
  };
}
