import type { EntryKind } from '../../shared/incident/entries.ts';

const words: { readonly [Kind in EntryKind]: string } = {
  opened: 'Opened',
  repeated: 'Seen again',
  changed: 'Changed',
  ended: 'No longer seen',
  evidence: 'What was known then',
  narrative: 'Account',
  amendment: 'Amendment',
  summary: 'Summary that names nobody',
  people: 'People involved',
  attachment: 'File added',
  assessed: 'Assessed',
  'signed-off': 'Assessment signed',
  outcome: 'Outcome decided',
  'step-settled': 'Step settled',
  clock: 'Clock',
  seen: 'Looked at',
  'state-changed': 'State',
  confidentiality: 'Confidentiality',
  concerns: 'Whom it concerns',
  hold: 'Hold set',
  exported: 'Exported',
  purged: 'Purged',
};

/** Fields of an entry that say what it did, beside its words. */
const telling = [
  'to',
  'outcome',
  'step',
  'how',
  'severity',
  'conduct',
  'standing',
  'amends',
  'confidential',
  'name',
  'format',
  'happenedAt',
];

/** An entry's kind in words, with what it did: "State (to: closed)". */
export function kindWords(kind: EntryKind, data: Readonly<Record<string, unknown>> | null): string {
  const said = telling.flatMap((field) => {
    const value = data?.[field];
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
      ? [`${field}: ${value}`]
      : [];
  });
  return said.length === 0 ? words[kind] : `${words[kind]} (${said.join(', ')})`;
}
