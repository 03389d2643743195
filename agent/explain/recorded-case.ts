import type { Reading } from '../../shared/reading.ts';
import type { SectionName, Sections } from '../../shared/report/report.ts';
import type { Testimony } from '../platform/witness.ts';
import { withoutHomeFiles } from './scrub/home-files.ts';
import { learnFromCase } from './scrub/learned.ts';
import { createScrubber, type Secrets } from './scrub.ts';

/** What a person sends us when a device was read wrongly: every question, all that the system said, and what we made of it. */
export interface RecordedCase {
  hometime: string;
  platform: string;
  section: SectionName;
  testimony: readonly Testimony[];
  reading: Reading<unknown> | undefined;
}

/**
 * The case as JSON, scrubbed of names, addresses, serial numbers and keys that are
 * known or have a known shape. Names that the reading itself holds (who is signed
 * in, which Wi-Fi) are among them, and those that one text of the case shows are
 * replaced in all. Of what lies in people's folders no name is kept.
 */
export function writeCase(whole: RecordedCase, sections: Partial<Sections>, secrets: Secrets): string {
  const recorded = { ...whole, testimony: withoutHomeFiles(whole.testimony) };
  const texts: string[] = [];
  const gather = (_key: string, value: unknown) => {
    if (typeof value === 'string') texts.push(value);
    return value;
  };
  JSON.stringify(recorded, gather);
  const scrub = createScrubber(learnFromCase(recorded.testimony, texts, withNamesOf(sections, secrets)));
  return JSON.stringify(recorded, (_key, value: unknown) => (typeof value === 'string' ? scrub(value) : value), 2);
}

function withNamesOf({ sessions, location, rights }: Partial<Sections>, secrets: Secrets): Secrets {
  const signedIn = sessions?.state === 'known' ? sessions.value.sessions.map(({ person }) => person) : [];
  const asked = rights?.state === 'known' ? rights.value.people.map(({ person }) => person) : [];
  const wifi = location?.state === 'known' ? location.value.wifi?.name : undefined;
  return {
    ...secrets,
    people: [...secrets.people, ...signedIn, ...asked],
    networks: [...secrets.networks, ...(wifi ? [wifi] : [])],
  };
}
