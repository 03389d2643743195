import type { Request } from 'express';
import type { AuditAction } from '../../shared/api/audit-actions.ts';
import { StatedError } from '../../shared/api/errors.ts';
import type { ReportFormView, ShortReport } from '../../shared/api/incident-bodies.ts';
import { categoryCatalogue } from '../../shared/incident/categories.ts';
import { type Clock, type Instant, instant } from '../../shared/instant.ts';
import type { Audit } from '../audit/audit.ts';
import type { Asker } from '../http/asker.ts';
import type { Handlers } from '../http/handlers.ts';
import type { Connection, Database } from '../storage/database.ts';
import { takeWriteLock } from '../storage/write-lock.ts';
import { caseOf, concernsOf, findCase, randomLetters } from './case-store.ts';
import { findForm, putForm, type ReportForm } from './form-store.ts';
import { createFormTries } from './form-tries.ts';
import { isOwnAddress, plainAddress } from './own-addresses.ts';
import type { NewEntry } from './record.ts';
import type { Actor } from './record-store.ts';
import type { TellCase } from './telling.ts';
import type { CaseWriter } from './writer.ts';

interface ReportFormParts {
  db: Database;
  clock: Clock;
  audit: Audit;
  writer: CaseWriter;
  tell: TellCase;
  settingName: (connection: Connection, settingId: string) => Promise<string>;
  /** Told after the commit. */
  changed: (incidentIds: readonly string[]) => void;
}

const codeLength = 12;
/** Beyond so many cases by the form within an hour further reports of the same kind join the last one: all are kept, and a flood is one case. */
const casesAnHour = 20;
const hourMs = 3_600_000;

/** The short form without an account (INC4), and what the safeguarding lead says of it. */
export function reportFormRoutes({ db, clock, audit, writer, tell, settingName, changed }: ReportFormParts) {
  const tries = createFormTries(clock);

  /** @throws StatedError The same words for a code that is wrong and a form that is off: a guess learns nothing. */
  const openForm = async (connection: Connection, code: string, request: Request): Promise<ReportForm> => {
    const form = await findForm(connection, { code });
    if (form?.on !== true)
      throw new StatedError(
        'not-found',
        'This code opens no form. Look at the poster again, or tell the safeguarding lead in person.',
      );
    if (!isOwnAddress(request.ip, form.addresses))
      throw new StatedError(
        'forbidden',
        'This form works on the setting’s own network only. Join it, or tell the safeguarding lead in person.',
      );
    return form;
  };

  const change = async (asker: Asker, to: (form: ReportForm) => ReportForm, what: AuditAction): Promise<ReportForm> =>
    db.transaction(async (connection) => {
      await takeWriteLock(connection);
      const form = to(await formOf(connection, asker.settingId));
      await putForm(connection, form);
      const { on, anonymous, addresses } = form;
      await audit(connection, {
        settingId: asker.settingId,
        actor: asker.name,
        action: what,
        data: { on, anonymous, addresses: addresses.join(' ') },
      });
      return form;
    });

  return {
    showReportForm: async ({ asker, http }) => viewOf(await formOf(db, asker.settingId), http.request),
    changeReportForm: async ({ asker, body, http }) =>
      viewOf(await change(asker, (form) => ({ ...form, ...body }), 'report-form.changed'), http.request),
    renewReportCode: async ({ asker, http }) => {
      const renewed = (form: ReportForm) => ({ ...form, code: randomLetters(codeLength) });
      return viewOf(await change(asker, renewed, 'report-form.code-renewed'), http.request);
    },

    lookAtReportForm: async ({ body, http }) => {
      tries.spend(http.request.ip);
      const form = await openForm(db, body.code, http.request);
      return { settingName: await settingName(db, form.settingId), anonymous: form.anonymous };
    },

    sendReport: async ({ body, http }) => {
      tries.spend(http.request.ip);
      const { id, receipt } = await db.transaction(async (connection) => {
        await takeWriteLock(connection);
        const form = await openForm(connection, body.code, http.request);
        if (body.name === null && !form.anonymous)
          throw new StatedError(
            'not-valid',
            'This setting asks for your name. The manager sees it only if you let them.',
            {
              fields: { name: 'is needed' },
            },
          );
        const at = instant(clock.now());
        if (body.happenedAt !== null && body.happenedAt > at)
          throw new StatedError('not-valid', 'It cannot have happened yet.', {
            fields: { happenedAt: 'is in the future' },
          });
        const taken = await take(connection, { form, body, at });
        const reference = (await findCase(connection, taken))?.reference ?? '';
        return { id: taken, receipt: { reference, at } };
      });
      changed([id]);
      return receipt;
    },
  } satisfies Partial<Handlers>;

  async function take(
    connection: Connection,
    { form, body, at }: { form: ReportForm; body: ShortReport; at: Instant },
  ): Promise<string> {
    const { settingId } = form;
    const opened = openedBy(body);
    const flood = await floodCase(connection, { settingId, opened, since: instant(Date.parse(at) - hourMs) });
    if (flood !== undefined) {
      await writer.write(connection, flood, [{ kind: 'narrative', data: {}, text: opened.text, by: opened.by }]);
      await tell(connection, { incidentId: flood, what: 'repeated' });
      return flood;
    }
    const id = await writer.open(connection, settingId, [opened]);
    await tell(connection, { incidentId: id, what: 'opened' });
    return id;
  }
}

function openedBy({
  category,
  text,
  name,
  happenedAt,
  confidential,
  about,
}: ShortReport): NewEntry & { kind: 'opened' } {
  const { severity, confidential: rule } = categoryCatalogue[category];
  const by: Actor = { kind: 'reporter', id: null, name, role: null };
  return {
    kind: 'opened',
    text,
    by,
    data: {
      source: 'form',
      matter: null,
      category,
      severity,
      confidential: confidential || rule === 'always',
      deviceId: null,
      follows: null,
      happenedAt,
      people: [],
      concerns: { people: [], roles: [...new Set(about)] },
      reporter: name === null ? 'anonymous' : 'named',
    },
  };
}

/** In a flood, the newest case that a report like this one may join: seen by the same people. undefined: there is no flood, or none. */
async function floodCase(
  connection: Connection,
  { settingId, opened, since }: { settingId: string; opened: NewEntry & { kind: 'opened' }; since: Instant },
): Promise<string | undefined> {
  const rows: unknown[] = await connection('incidents')
    .where({ setting_id: settingId, source: 'form' })
    .whereIn('state', ['open', 'in-hand'])
    .where('known_at', '>=', since)
    .orderBy('known_at', 'desc')
    .limit(200);
  if (rows.length < casesAnHour) return undefined;
  const { category, confidential, concerns } = opened.data;
  for (const { id, facts } of rows.map(caseOf)) {
    if (facts.category !== category || facts.confidential !== confidential) continue;
    const named = await concernsOf(connection, id);
    if (named.people.length === 0 && named.roles.join() === [...concerns.roles].sort().join()) return id;
  }
  return undefined;
}

/** The form of a setting; off, with a code of its own, until the safeguarding lead has said otherwise. */
async function formOf(connection: Connection, settingId: string): Promise<ReportForm> {
  const found = await findForm(connection, { settingId });
  if (found !== undefined) return found;
  const form = { settingId, on: false, anonymous: true, addresses: [], code: randomLetters(codeLength) };
  await putForm(connection, form);
  return form;
}

function viewOf({ on, anonymous, addresses, code }: ReportForm, request: Request): ReportFormView {
  const shown = code.match(/.{4}/g)?.join('-') ?? code;
  // Their own browser says where the page lies, and only they are shown the link.
  const origin = `${request.protocol}://${request.get('host') ?? 'localhost'}`;
  return {
    on,
    anonymous,
    addresses,
    code: shown,
    link: `${origin}/report#code=${shown}`,
    yourAddress: plainAddress(request.ip) ?? null,
  };
}
