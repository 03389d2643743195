import type { AuditEntryView, AuditVerification } from '../../../../shared/api/safeguards.ts';
import { commandKindSchema } from '../../../../shared/command/kinds.ts';
import { outcomeReasonSchema } from '../../../../shared/command/life.ts';
import { counted } from '../../../../shared/words.ts';
import { kindOfOrder } from './order-kinds.ts';
import { reasonSentence } from './order-reasons.ts';
import { timeOfDay } from './time.ts';
import type { Said } from './tone.ts';

const idPattern = /^[0-9a-f]{8}-[0-9a-f-]{27}$/i;
const instantPattern = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

/** Who or what an id means: the name where it is known, the id itself otherwise. */
export function whoWords(value: string, names: ReadonlyMap<string, string>): string {
  if (value === 'server') return 'Hometime';
  return value === 'command line' ? 'the command line' : (names.get(value) ?? value);
}

/** To whom or what it was done, where that is known and not told by the rest of the entry; empty otherwise. */
export function subjectWords(
  { actor, subject, data }: Pick<AuditEntryView, 'actor' | 'subject' | 'data'>,
  names: ReadonlyMap<string, string>,
): string {
  const name = subject === null ? undefined : names.get(subject);
  return name === undefined || name === whoWords(actor, names) || Object.values(data).includes(subject) ? '' : name;
}

/**
 * What stands in an entry besides, as "state: queued": ids by their names, moments in local time. An id that nobody here
 * knows is cut to its first eight letters; the download has it whole.
 */
export function dataWords(data: AuditEntryView['data'], names: ReadonlyMap<string, string>, now: number): string {
  const kind = commandKindSchema.safeParse(data.kind).data;
  return Object.entries(data)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => {
      if (kind !== undefined && name === 'kind') return `order: ${kindOfOrder(kind)}`;
      const reason = kind !== undefined && name === 'reason' ? outcomeReasonSchema.safeParse(value).data : undefined;
      return `${spaced(name)}: ${reason === undefined ? valueWords(value, names, now) : unstopped(reasonSentence(reason))}`;
    })
    .join('; ');
}

/** In a list of words a sentence ends without its stop. */
function unstopped(sentence: string): string {
  return sentence.replace(/\.$/, '');
}

function valueWords(value: unknown, names: ReadonlyMap<string, string>, now: number): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value !== 'string') return String(value);
  if (instantPattern.test(value)) return timeOfDay(value, now);
  const named = names.get(value);
  if (named !== undefined) return named;
  return idPattern.test(value) ? `${value.slice(0, 8)}…` : value;
}

/** What its own letters do not say. */
const keyWords: ReadonlyMap<string, string> = new Map([
  ['accountKnown', 'somebody has this account'],
  ['endedEarlier', 'another sign-in of this browser ended'],
  ['epoch', 'joined for the time number'],
  ['serial', 'number of its certificate'],
  ['stated', 'because'],
  ['turnedAway', 'tries turned away before'],
  ['usedRecoveryCode', 'with a recovery code'],
  ['waitS', 'seconds to wait'],
]);

/** "deviceId" is "device": what stands there is its name. */
function spaced(name: string): string {
  return keyWords.get(name) ?? name.replace(/Id$/, '').replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** What checking the whole log found: good only when it is intact. */
export function verificationWords({ intact, entries, fault }: AuditVerification): Said {
  if (intact)
    return { text: `Intact: all ${counted(entries, 'entry', 'entries')} are as they were written`, tone: 'good' };
  const where = fault === null ? '' : `, first at entry ${fault.number}: ${fault.what}`;
  return { text: `Not as it was written${where}`, tone: 'bad' };
}
