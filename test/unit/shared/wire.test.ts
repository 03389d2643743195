import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { z } from 'zod';
import { routes } from '../../../shared/api/routes.ts';
import { envelopeSchema, signedOrderSchema } from '../../../shared/command/envelope.ts';
import { enrolmentGrantSchema, enrolmentRequestSchema } from '../../../shared/enrolment.ts';
import { freeText } from '../../../shared/free-text.ts';
import { capsuleSchema, signedSettingsSchema } from '../../../shared/policy/device-settings.ts';
import { policyChangeSchema, policySchema } from '../../../shared/policy/document.ts';
import { fullReportSchema, sectionSchemas } from '../../../shared/report/report.ts';
import type { AgentToServer, ServerToAgent } from '../../../shared/wire/events.ts';
import * as messages from '../../../shared/wire/messages.ts';
import { projectFolder } from '../../support/programs.ts';
import { looseWords, statedWords } from './wire-words.ts';

/** All that travels between a device and the server. */
const betweenDeviceAndServer: Record<string, z.ZodType> = {
  hello: messages.helloSchema,
  welcome: messages.answerSchema(messages.welcomeSchema),
  report: messages.reportMessageSchema,
  move: messages.moveMessageSchema,
  moves: messages.movesMessageSchema,
  'answer to moves': messages.answerSchema(messages.movesTakenSchema),
  farewell: messages.farewellMessageSchema,
  done: messages.answerSchema(messages.doneSchema),
  command: envelopeSchema,
  order: signedOrderSchema,
  capsule: capsuleSchema,
  settings: signedSettingsSchema,
  policy: policySchema,
  'a change of the policy': policyChangeSchema,
  'enrolment request': enrolmentRequestSchema,
  'enrolment grant': enrolmentGrantSchema,
  'a whole report': fullReportSchema,
};

/** Secrets a person types or a link carries: never stored as they are, so no pattern is wanted of them. */
const secrets = [
  'setUp.token',
  'setUp.password',
  'signIn.password',
  'signIn.code',
  'confirmSession.password',
  'changePassword.old',
  'changePassword.new',
  'proveSecondFactor.code',
  'lookAtInvitation.token',
  'acceptInvitation.token',
  'acceptInvitation.password',
  'acceptInvitation.code',
  'lookAtReportForm.code',
  'sendReport.code',
  // The addresses by which people are known to the server.
  'setUp.email',
  'signIn.email',
  'makeInvitation.email',
];
/** Of the list of apps, which the server signs: what cookies, keys and packages are called by their makers, never what is in them. */
const namesOfMakers = /(?:^|\.)(?:apps|listedAppSchema)\.(?:cookies|localStorage|packages)$/;
const loose = (schema: z.ZodType, name: string) => looseWords(schema, name).filter(({ at }) => !namesOfMakers.test(at));
/** Of a query: opaque text of ours that the server takes apart itself. */
const opaque = ['cursor'];

/** Every event of the agents' socket, and which of the schemas above is its message: a new one without a row does not compile. */
const agentEvents: Readonly<Record<keyof AgentToServer | keyof ServerToAgent, string>> = {
  hello: 'hello',
  report: 'report',
  move: 'move',
  moves: 'moves',
  farewell: 'farewell',
  command: 'command',
  capsule: 'capsule',
};

describe('the words on the wire (privacy rule: counts, states and times only)', () => {
  for (const [name, schema] of Object.entries(betweenDeviceAndServer)) {
    it(`has none in “${name}” that is not an enumeration, a pattern or a stated free text`, () => {
      expect(loose(schema, name)).to.deep.equal([]);
    });
  }

  it('are looked at in every message of the agents’ socket and every section of a report', () => {
    for (const name of Object.values(agentEvents)) expect(betweenDeviceAndServer[name], name).to.not.equal(undefined);
    for (const [name, schema] of Object.entries(sectionSchemas)) expect(loose(schema, name)).to.deep.equal([]);
    expect(Object.keys(sectionSchemas)).to.have.length(11);
  });

  it('that a device sends in its own words are these, and none more', () => {
    const fromDevice = ['hello', 'report', 'moves', 'farewell', 'enrolment request'];
    const stated = fromDevice.flatMap((name) => statedWords(betweenDeviceAndServer[name] ?? z.any(), name));
    expect([...new Set(stated.map(({ at }) => at))]).to.deep.equal([
      'report.sections.sessions.value.sessions.person',
      'report.sections.apps.value.signIns.person',
      'report.sections.apps.value.unread.person',
      'report.sections.location.value.wifi.name',
      'report.sections.programs.value.changes.program',
      'report.sections.programs.value.changes.version',
      'report.sections.rights.value.people.person',
      'report.sections.rights.value.automaticSignIn.value.person',
      'report.sections.system.value.model',
      'report.sections.system.value.os.name',
      'report.sections.system.value.os.version',
      'report.sections.system.value.os.build',
      'moves.moves.evidence.before.person',
      'moves.moves.evidence.after.person',
      'moves.moves.evidence.stillSignedIn.person',
      'moves.moves.evidence.deliveries.session.person',
      'enrolment request.certificateRequest',
    ]);
  });

  /** Not on the wire between device and server: what pages show, what a link or the device's own disk holds, what the server writes down. */
  const elsewhere =
    /^(?:api\/|enrolment\.ts enrolmentLinkSchema|guard\/countdown\.ts|incident\/e(?:vidence|ntries)\.ts)/;

  it('are looked at in every schema that stands in shared, also one that nobody thought of adding here', async () => {
    const files = readdirSync(join(projectFolder, 'shared'), { recursive: true, encoding: 'utf8' });
    const found: string[] = [];
    let looked = 0;
    for (const file of files.filter((one) => one.endsWith('.ts'))) {
      const module: object = await import(join(projectFolder, 'shared', file));
      for (const [name, schema] of Object.entries(module)) {
        if (!(schema instanceof z.ZodType) || elsewhere.test(`${file} ${name}`)) continue;
        looked += 1;
        found.push(...loose(schema, name).map(({ at, why }) => `${file} ${at}: ${why}`));
      }
    }
    expect(found).to.deep.equal([]);
    expect(looked).to.be.greaterThan(100);
  });

  for (const [name, route] of Object.entries(routes)) {
    if (!('body' in route)) continue;
    it(`takes none in the body of ${route.method.toUpperCase()} ${route.path} but passwords and secrets`, () => {
      const faults = loose(route.body, name).filter(({ at }) => !secrets.includes(at));
      expect(faults).to.deep.equal([]);
    });
  }

  it('takes none in a query but the cursor', () => {
    const faults = Object.entries<(typeof routes)[keyof typeof routes] & { query?: z.ZodType }>(routes)
      .flatMap(([name, { query }]) => (query === undefined ? [] : looseWords(query, name)))
      .filter(({ at }) => !opaque.includes(at.split('.').at(-1) ?? ''));
    expect(faults).to.deep.equal([]);
  });

  describe('the walk itself', () => {
    const bad: Record<string, z.ZodType> = {
      'a bare string': z.strictObject({ name: z.string() }),
      'a string with a length only': z.strictObject({ name: z.string().min(1).max(10) }),
      'a string deep inside': z.array(z.union([z.int(), z.strictObject({ a: z.string().optional() })])),
      'a record with bare values': z.record(z.enum(['a']), z.string()),
      'an object that takes more keys': z.looseObject({ a: z.int() }),
      'an object that drops keys in silence': z.object({ a: z.int() }),
      'a part that is any': z.strictObject({ a: z.any() }),
      'a part that is unknown': z.strictObject({ a: z.unknown() }),
      'a text in small letters': z.strictObject({ a: z.string().lowercase() }),
      'a text that begins with nothing': z.strictObject({ a: z.string().startsWith('') }),
      'a text that holds a letter': z.strictObject({ a: z.string().includes('a') }),
      'a pattern that anything matches': z.strictObject({ a: z.string().regex(/[\s\S]*/) }),
      'a pattern that names of files match': z.strictObject({ a: z.string().regex(/^[\w.]{1,32}$/) }),
      'a pattern that sentences match': z.strictObject({ a: z.string().regex(/^[\w ]{1,60}$/) }),
      'a pattern that words of another alphabet match': z.strictObject({ a: z.string().regex(/^\p{L}+$/u) }),
      'an address of the web': z.strictObject({ a: z.url() }),
      'an address of mail': z.strictObject({ a: z.email() }),
      'packed text of any length': z.strictObject({ a: z.base64() }),
      'packed text that may be long': z.strictObject({ a: z.base64().max(10_000) }),
      'a free text whose reason is no reason': z.strictObject({ a: z.string().meta({ freeText: 'x' }) }),
      'a string behind a transform': z.strictObject({ a: z.string().transform((text) => text.length) }),
    };
    for (const [name, schema] of Object.entries(bad)) {
      it(`finds ${name}`, () => {
        expect(looseWords(schema, 'it')).to.have.lengthOf(1);
      });
    }

    it('passes patterns, formats, enumerations, literals and stated free text', () => {
      const good = z.strictObject({
        a: z.string().regex(/^x$/),
        b: z.uuidv4(),
        c: z.enum(['a', 'b']),
        d: z.literal('x').nullable(),
        e: freeText('what a manager calls it', { max: 10 }),
        f: z.iso.datetime({ precision: 3 }),
        g: z.union([z.ipv4(), z.ipv6()]).optional(),
        h: z.base64().length(88),
      });
      expect(looseWords(good, 'it')).to.deep.equal([]);
    });
  });

  it('lets no path hide in the name of a device, an account or a network', () => {
    for (const path of ['/home/a/DCIM/IMG_1.jpg', 'C:\\Users\\a', '../x', 'a\u0000b', 'a\nb']) {
      expect(freeText('a name of something', { max: 100 }).safeParse(path).success, path).to.equal(false);
    }
  });
});
