import type { AuditEntryView, AuditVerification } from '../../../../shared/api/safeguards.ts';
import { counted } from '../../../../shared/words.ts';
import { capital } from './time.ts';
import type { Said } from './tone.ts';

/** An entry's code as words: "hold.set" is "Hold: set". */
export function actionWords(action: string): string {
  const [noun = '', ...rest] = action.replaceAll('-', ' ').split('.');
  return capital(rest.length === 0 ? noun : `${noun}: ${rest.join(' ')}`);
}

/** What stands in an entry besides, as "state: queued". */
export function dataWords(data: AuditEntryView['data']): string {
  return Object.entries(data)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${spaced(name)}: ${value}`)
    .join('; ');
}

function spaced(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** What checking the whole log found: good only when it is intact. */
export function verificationWords({ intact, entries, fault }: AuditVerification): Said {
  if (intact)
    return { text: `Intact: all ${counted(entries, 'entry', 'entries')} are as they were written`, tone: 'good' };
  const where = fault === null ? '' : `, first at entry ${fault.number}: ${fault.what}`;
  return { text: `Not as it was written${where}`, tone: 'bad' };
}
