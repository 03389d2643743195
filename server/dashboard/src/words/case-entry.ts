import type { z } from 'zod';
import type { IncidentEntryView } from '../../../../shared/api/incidents.ts';
import { categoryCatalogue } from '../../../../shared/incident/categories.ts';
import { type EntryKind, entryData } from '../../../../shared/incident/entries.ts';
import { listOf } from '../../../../shared/words.ts';
import { concernedWords, conductWords, involvedWords, outcomeTitle, stepOf } from './case.ts';
import { severityWords } from './incident.ts';
import { roleTitle } from './role.ts';

/** What an entry is, in a line. `quiet`: of those that say who did what with the record, and not what happened. */
export interface EntryWords {
  title: string;
  quiet: boolean;
}

type Say = (data: IncidentEntryView['data']) => EntryWords;

/** Words made of what an entry carries; without it (not for this reader's eyes) the plain ones. */
function told<Schema extends z.ZodType>(
  schema: Schema,
  plain: string,
  say: (data: z.infer<Schema>) => string = () => plain,
  quiet = false,
): Say {
  return (data) => {
    const parsed = data === null ? undefined : schema.safeParse(data);
    return { title: parsed?.success === true ? say(parsed.data) : plain, quiet };
  };
}

const reporters = {
  account: 'Reported',
  named: 'Reported through the short form',
  anonymous: 'Reported without a name',
};

const words: { readonly [Kind in EntryKind]: Say } = {
  opened: told(entryData.opened, 'Opened', ({ reporter, category }) =>
    reporter === null
      ? `Opened by Hometime: ${categoryCatalogue[category].label}`
      : `${reporters[reporter]}: ${categoryCatalogue[category].label}`,
  ),
  repeated: told(entryData.repeated, 'Seen again'),
  changed: told(entryData.changed, 'Something about it is different'),
  ended: told(entryData.ended, 'No longer seen'),
  evidence: told(entryData.evidence, 'What was known of the device then'),
  narrative: told(entryData.narrative, 'Written'),
  amendment: told(entryData.amendment, 'Puts an earlier entry right', ({ amends }) => `Puts entry ${amends} right`),
  summary: told(entryData.summary, 'Summary that names nobody'),
  people: told(
    entryData.people,
    'People involved',
    ({ people }) => `People involved: ${listOf(people.map(involvedWords))}`,
  ),
  attachment: told(entryData.attachment, 'A file was added', ({ name }) => `File added: ${name}`),
  assessed: told(
    entryData.assessed,
    'Assessed',
    ({ severity, conduct }) =>
      `Assessed: ${severityWords(severity).label.toLowerCase()}, ${conductWords(conduct).toLowerCase()}`,
  ),
  'signed-off': told(entryData['signed-off'], 'The assessment was signed', ({ alone }) =>
    alone ? 'The assessment was signed by the one who made it, for there is nobody else' : 'The assessment was signed',
  ),
  outcome: told(
    entryData.outcome,
    'It was decided what follows',
    ({ outcome }) => `Decided: ${outcomeTitle(outcome).toLowerCase()}`,
  ),
  'step-settled': told(entryData['step-settled'], 'A step was settled', ({ outcome, step, how }) => {
    const { label } = stepOf(outcome, step);
    return how === 'done' ? `Done: ${label}` : `Not needed: ${label}`;
  }),
  clock: told(entryData.clock, 'A deadline was told of', ({ outcome, step, standing }) => {
    const { label } = stepOf(outcome, step);
    return standing === 'near' ? `The deadline comes near: ${label}` : `The deadline has passed: ${label}`;
  }),
  seen: told(entryData.seen, 'Looked at the case', () => 'Looked at the case', true),
  'state-changed': told(entryData['state-changed'], 'The case moved on', ({ to }) => stateMoves[to], false),
  confidentiality: told(entryData.confidentiality, 'Who may see it was changed', ({ confidential }) =>
    confidential ? 'Made confidential: it passes the manager and the deputy by' : 'No longer confidential',
  ),
  concerns: told(entryData.concerns, 'Whom it is about was named', ({ roles }) =>
    roles.length === 0
      ? 'Whom it is about was named'
      : `It is about: ${listOf(roles.map((role) => concernedWords(role).toLowerCase()))}`,
  ),
  hold: told(entryData.hold, 'Held, so that nothing is deleted', ({ deviceId }) =>
    deviceId === null
      ? 'The whole setting is held: nothing is deleted'
      : 'The device is held: nothing on it is deleted',
  ),
  exported: told(
    entryData.exported,
    'Exported',
    ({ format }) => `Exported as ${format === 'pdf' ? 'a PDF' : 'JSON'}`,
    true,
  ),
  purged: told(entryData.purged, 'Its words were deleted when their time was over'),
};

const stateMoves = {
  open: 'Opened',
  'in-hand': 'Somebody looks after it now',
  closed: 'Closed',
  purged: 'Its words were deleted when their time was over',
} as const;

export function entryWords({ kind, data }: Pick<IncidentEntryView, 'kind' | 'data'>): EntryWords {
  return words[kind](data);
}

/** Who wrote an entry, as far as this reader may know. */
export function writerWords({ kind, name, role }: IncidentEntryView['by']): string {
  if (kind === 'server') return 'Hometime';
  if (kind === 'reporter') return name === null ? 'Somebody who gave no name' : `${name}, through the form`;
  const title = role === null ? null : roleTitle(role).toLowerCase();
  if (name === null) return title === null ? 'Somebody' : `Somebody (${title})`;
  return title === null ? name : `${name} (${title})`;
}
