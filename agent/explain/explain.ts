import { unknownDetailWords } from '../../shared/policy/unknown-details.ts';
import { unknownSentence } from '../../shared/policy/unknown-sentences.ts';
import type { Reading } from '../../shared/reading.ts';
import type { SectionName, Sections } from '../../shared/report/report.ts';
import type { Testimony } from '../platform/witness.ts';
import { askedLines, askedUnlisted } from './asked.ts';
import { agentStory, systemStory } from './device-stories.ts';
import { encryptionStory, mediaStory, photosStory } from './disk-stories.ts';
import { filteringStory, locationStory } from './network-stories.ts';
import { appsStory, programsStory, rightsStory, sessionsStory } from './people-stories.ts';
import { moment, type Stories, type Story } from './story.ts';

const stories: Stories = {
  encryption: encryptionStory,
  sessions: sessionsStory,
  apps: appsStory,
  photos: photosStory,
  filtering: filteringStory,
  location: locationStory,
  media: mediaStory,
  programs: programsStory,
  rights: rightsStory,
  system: systemStory,
  agent: agentStory,
};

/**
 * A section in plain words, to be read out over the phone: what was asked, what
 * was answered, and how the verdict follows. For the device's own screen only: it
 * names files and tools that never leave the device.
 */
export function explain(section: SectionName, sections: Partial<Sections>, testimony: readonly Testimony[]): string {
  const told = { [section]: sections[section] };
  const [question, demands, answer, follows] = tell(section, told);
  return [
    `${section}: ${question}${demands.length === 0 ? '' : ` (${demands.join(', ')})`}`,
    ...block('What was asked', [...askedLines(testimony), ...askedUnlisted(section, testimony.length > 0)]),
    ...block('What was answered', answer),
    ...block('How it follows', follows),
  ].join('\n');
}

type Told = readonly [question: string, demands: readonly string[], answer: string[], follows: string[]];

function tell(section: SectionName, sections: Partial<Sections>): Told {
  const of = <Value>(
    { question, demands, answer, follows }: Story<Value>,
    reading: Reading<Value> | undefined,
  ): Told => {
    if (reading === undefined) return [question, demands, ['Nothing.'], []];
    if (reading.state === 'unknown') return [question, demands, notKnown(reading), unknownFollows];
    return [
      question,
      demands,
      [...answer(reading.value, reading.at), `Looked at ${moment(reading.at)}.`],
      follows(reading.value),
    ];
  };
  const tellers: { readonly [Name in SectionName]: () => Told } = {
    encryption: () => of(stories.encryption, sections.encryption),
    sessions: () => of(stories.sessions, sections.sessions),
    apps: () => of(stories.apps, sections.apps),
    photos: () => of(stories.photos, sections.photos),
    filtering: () => of(stories.filtering, sections.filtering),
    location: () => of(stories.location, sections.location),
    media: () => of(stories.media, sections.media),
    programs: () => of(stories.programs, sections.programs),
    rights: () => of(stories.rights, sections.rights),
    system: () => of(stories.system, sections.system),
    agent: () => of(stories.agent, sections.agent),
  };
  return tellers[section]();
}

const unknownFollows = [
  'What is not known counts as neither yes nor no: the dashboard says "cannot tell", never "safe".',
];

function notKnown(reading: Extract<Reading<unknown>, { state: 'unknown' }>): string[] {
  const { why, remedy } = unknownSentence(reading.reason);
  const about = reading.detail === undefined ? '' : ` It concerns ${unknownDetailWords(reading.detail)}.`;
  return [`It is NOT KNOWN: ${why}.${about}`, `What to do: ${remedy}`, `Looked at ${moment(reading.at)}.`];
}

function block(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  - ${line}`)];
}
