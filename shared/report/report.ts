import { z } from 'zod';
import { instantSchema } from '../instant.ts';
import { platformNameSchema } from '../names.ts';
import { type Reading, readingSchema } from '../reading.ts';
import { type Apps, appsSchema } from './apps.ts';
import { type Encryption, encryptionSchema } from './encryption.ts';
import { type Filtering, filteringSchema } from './filtering.ts';
import { type Health, healthSchema } from './health.ts';
import { type Location, locationSchema } from './location.ts';
import { type Media, mediaSchema } from './media.ts';
import { type Photos, photosSchema } from './photos.ts';
import { type Programs, programsSchema } from './programs.ts';
import { type Rights, rightsSchema } from './rights.ts';
import { type Sessions, sessionsSchema } from './sessions.ts';
import { type SystemFacts, systemSchema } from './system.ts';

/** The value of each section of a report. */
export interface SectionValues {
  encryption: Encryption;
  sessions: Sessions;
  apps: Apps;
  photos: Photos;
  filtering: Filtering;
  location: Location;
  media: Media;
  programs: Programs;
  rights: Rights;
  system: SystemFacts;
  /** The agent's own health: not a fact of the system, so no platform answers it. */
  agent: Health;
}

/** Section names: on the wire and in the database, never renamed. */
export type SectionName = keyof SectionValues;

/** Every section of a report with the schema of its reading. */
export const sectionSchemas = {
  encryption: readingSchema(encryptionSchema),
  sessions: readingSchema(sessionsSchema),
  apps: readingSchema(appsSchema),
  photos: readingSchema(photosSchema),
  filtering: readingSchema(filteringSchema),
  location: readingSchema(locationSchema),
  media: readingSchema(mediaSchema),
  programs: readingSchema(programsSchema),
  rights: readingSchema(rightsSchema),
  system: readingSchema(systemSchema),
  agent: readingSchema(healthSchema),
};

/** Sections that a platform's probe answers. */
export type ProbedSection = Exclude<SectionName, 'agent'>;

export const sectionNames = Object.keys(sectionSchemas) as SectionName[];
export const probedSectionNames = sectionNames.filter((name): name is ProbedSection => name !== 'agent');

/** One reading for each section. */
export type Sections = { [Name in SectionName]: Reading<SectionValues[Name]> };

const sectionsSchema = z.strictObject(sectionSchemas);

/** What `hometime-agent report --json` prints: a whole cycle, no server needed. */
export const fullReportSchema = z.strictObject({
  platform: platformNameSchema,
  at: instantSchema,
  sections: sectionsSchema,
});
export type FullReport = z.infer<typeof fullReportSchema>;

/** What a report on the wire carries: the sections whose answer changed since the last acknowledged one. */
export const changedSectionsSchema = sectionsSchema.partial();
export type ChangedSections = z.infer<typeof changedSectionsSchema>;
