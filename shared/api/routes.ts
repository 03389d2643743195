import { z } from 'zod';
import { policyChangeSchema, policySchema } from '../policy/document.ts';
import { commandViewSchema, newCommandSchema } from './commands.ts';
import {
  changeViewSchema,
  devicePatchSchema,
  deviceViewSchema,
  enrolmentLinkViewSchema,
  newEnrolmentLinkSchema,
} from './devices.ts';
import { incidentViewSchema } from './incidents.ts';
import { pageQuerySchema, pageSchema } from './page.ts';
import { type Role, sessionViewSchema, setUpSchema, setUpViewSchema, signInSchema } from './people.ts';

/** One REST route under `/api/v1`: the server mounts it, the dashboard calls it, OpenAPI lists it, all from here. */
export interface Route {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** With `{name}` for parameters, as OpenAPI writes it. */
  path: `/${string}`;
  summary: string;
  /** Roles that may call it; `nobody-needed`: no sign-in. Every route states its rule. */
  who: readonly Role[] | 'nobody-needed';
  query?: z.ZodType;
  body?: z.ZodType;
  status: 200 | 201 | 202;
  answer: z.ZodType;
}

const anyone = ['manager', 'administrator'] as const;
const administrator = ['administrator'] as const;
const emptySchema = z.strictObject({});

export const routes = {
  showSetUp: {
    method: 'get',
    path: '/set-up',
    summary: 'Whether the first administrator is still to be made',
    who: 'nobody-needed',
    status: 200,
    answer: setUpViewSchema,
  },
  setUp: {
    method: 'post',
    path: '/set-up',
    summary: 'Makes the first administrator with the token of the set-up link, and signs in',
    who: 'nobody-needed',
    body: setUpSchema,
    status: 201,
    answer: sessionViewSchema,
  },
  signIn: {
    method: 'post',
    path: '/session',
    summary: 'Signs in; sets the session cookie',
    who: 'nobody-needed',
    body: signInSchema,
    status: 201,
    answer: sessionViewSchema,
  },
  showSession: {
    method: 'get',
    path: '/session',
    summary: 'Who is signed in',
    who: anyone,
    status: 200,
    answer: sessionViewSchema,
  },
  signOut: { method: 'delete', path: '/session', summary: 'Signs out', who: anyone, status: 200, answer: emptySchema },
  listDevices: {
    method: 'get',
    path: '/devices',
    summary: 'The fleet, by name',
    who: anyone,
    query: pageQuerySchema,
    status: 200,
    answer: pageSchema(deviceViewSchema),
  },
  showDevice: {
    method: 'get',
    path: '/devices/{id}',
    summary: 'One device',
    who: anyone,
    status: 200,
    answer: deviceViewSchema,
  },
  changeDevice: {
    method: 'patch',
    path: '/devices/{id}',
    summary: 'Names a device, assigns it, or says that children use it',
    who: anyone,
    body: devicePatchSchema,
    status: 200,
    answer: deviceViewSchema,
  },
  listChanges: {
    method: 'get',
    path: '/devices/{id}/changes',
    summary: 'What changed on a device, newest first',
    who: anyone,
    query: pageQuerySchema,
    status: 200,
    answer: pageSchema(changeViewSchema),
  },
  listCommands: {
    method: 'get',
    path: '/devices/{id}/commands',
    summary: 'Orders given to a device, newest first',
    who: anyone,
    query: pageQuerySchema,
    status: 200,
    answer: pageSchema(commandViewSchema),
  },
  orderCommand: {
    method: 'post',
    path: '/devices/{id}/commands',
    summary: 'Orders something of a device; queued, and carried out when it is reached',
    who: administrator,
    body: newCommandSchema,
    status: 202,
    answer: commandViewSchema,
  },
  showCommand: {
    method: 'get',
    path: '/commands/{id}',
    summary: 'An order with every move it made',
    who: anyone,
    status: 200,
    answer: commandViewSchema,
  },
  cancelCommand: {
    method: 'post',
    path: '/commands/{id}/cancel',
    summary: 'Cancels an order that has not left the server',
    who: administrator,
    body: emptySchema,
    status: 200,
    answer: commandViewSchema,
  },
  listIncidents: {
    method: 'get',
    path: '/incidents',
    summary: 'Misuse on record, latest first',
    who: anyone,
    query: pageQuerySchema,
    status: 200,
    answer: pageSchema(incidentViewSchema),
  },
  makeEnrolmentLink: {
    method: 'post',
    path: '/enrolment-links',
    summary: 'Makes a one-time link that enrols one named device',
    who: administrator,
    body: newEnrolmentLinkSchema,
    status: 201,
    answer: enrolmentLinkViewSchema,
  },
  showPolicy: {
    method: 'get',
    path: '/policy',
    summary: 'The setting’s policy',
    who: anyone,
    status: 200,
    answer: policySchema,
  },
  changePolicy: {
    method: 'put',
    path: '/policy',
    summary: 'Changes the setting’s policy; every device is judged again. Parts that may be left out stay as they are',
    who: administrator,
    body: policyChangeSchema,
    status: 200,
    answer: policySchema,
  },
} as const satisfies Record<string, Route>;

export type RouteName = keyof typeof routes;
export type AnswerOf<Name extends RouteName> = z.infer<(typeof routes)[Name]['answer']>;
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
