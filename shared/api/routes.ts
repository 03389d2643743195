import type { z } from 'zod';
import { attachmentTypeSchema } from '../incident/entries.ts';
import { beaconRoutes } from './routes/beacon.ts';
import { commandRoutes } from './routes/commands.ts';
import { deviceRoutes } from './routes/devices.ts';
import { incidentRoutes } from './routes/incidents.ts';
import { notifyRoutes } from './routes/notify.ts';
import { accountRoutes, peopleRoutes } from './routes/people.ts';
import { policyRoutes } from './routes/policy.ts';
import { reportFormRoutes } from './routes/report-form.ts';
import { safeguardRoutes } from './routes/safeguards.ts';

export type { Route } from './routes/route.ts';

/** Every route, by the name its handler bears. */
export const routes = {
  ...accountRoutes,
  ...peopleRoutes,
  ...deviceRoutes,
  ...commandRoutes,
  ...policyRoutes,
  ...safeguardRoutes,
  ...incidentRoutes,
  ...reportFormRoutes,
  ...beaconRoutes,
  ...notifyRoutes,
} as const;

export type RouteName = keyof typeof routes;
export type AnswerOf<Name extends RouteName> = (typeof routes)[Name]['answer'] extends infer Answer extends z.ZodType
  ? z.infer<Answer>
  : Download;

/** A file as it is streamed: its type, the name a browser saves it by, and its text or bytes in pieces. */
export interface Download {
  type: (typeof downloadTypes)[number];
  name: string;
  pieces: AsyncIterable<string | Uint8Array>;
}

/** What files may be; a browser saves every one of them and opens none (`Content-Disposition: attachment`). */
export const downloadTypes = [
  'text/csv',
  'application/jsonl',
  'application/json',
  ...attachmentTypeSchema.options,
] as const;

export type BodyOf<Name extends RouteName> = (typeof routes)[Name] extends { body: infer Body extends z.ZodType }
  ? z.infer<Body>
  : undefined;
/** What a caller sends: before defaults are filled in. */
export type SentBodyOf<Name extends RouteName> = (typeof routes)[Name] extends { body: infer Body extends z.ZodType }
  ? z.input<Body>
  : undefined;
export type QueryOf<Name extends RouteName> = (typeof routes)[Name] extends { query: infer Query extends z.ZodType }
  ? z.infer<Query>
  : undefined;

export const apiPrefix = '/api/v1';
