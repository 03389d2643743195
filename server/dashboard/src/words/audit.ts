import type { AuditEntryView, AuditVerification } from '../../../../shared/api/safeguards.ts';
import { counted } from '../../../../shared/words.ts';
import { capital, timeOfDay } from './time.ts';
import type { Said } from './tone.ts';

/** An entry's code as words: "hold.set" is "Hold: set". */
export function actionWords(action: string): string {
  const [noun = '', ...rest] = action.replaceAll('-', ' ').split('.');
  return capital(rest.length === 0 ? noun : `${noun}: ${rest.join(' ')}`);
}

const idPattern = /^[0-9a-f]{8}-[0-9a-f-]{27}$/i;
const instantPattern = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

/** Who or what an id means: the name where it is known, the id itself otherwise. */
export function whoWords(value: string, names: ReadonlyMap<string, string>): string {
  return names.get(value) ?? value;
}

/**
 * What stands in an entry besides, as "state: queued": ids by their names, moments in local time. An id that nobody here
 * knows is cut to its first eight letters; the download has it whole.
 */
export function dataWords(data: AuditEntryView['data'], names: ReadonlyMap<string, string>, now: number): string {
  return Object.entries(data)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${spaced(name)}: ${valueWords(value, names, now)}`)
    .join('; ');
}

function valueWords(value: unknown, names: ReadonlyMap<string, string>, now: number): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value !== 'string') return String(value);
  if (instantPattern.test(value)) return timeOfDay(value, now);
  const named = names.get(value);
  if (named !== undefined) return named;
  return idPattern.test(value) ? `${value.slice(0, 8)}…` : value;
}

/** "deviceId" is "device": what stands there is its name. */
function spaced(name: string): string {
  return name.replace(/Id$/, '').replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** What checking the whole log found: good only when it is intact. */
export function verificationWords({ intact, entries, fault }: AuditVerification): Said {
  if (intact)
    return { text: `Intact: all ${counted(entries, 'entry', 'entries')} are as they were written`, tone: 'good' };
  const where = fault === null ? '' : `, first at entry ${fault.number}: ${fault.what}`;
  return { text: `Not as it was written${where}`, tone: 'bad' };
}
