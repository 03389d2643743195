import type { Matter } from '../../shared/api/notify.ts';
import { type Clock, type Instant, instant } from '../../shared/instant.ts';
import type { Log } from '../../shared/log.ts';
import { type Severity, severitySchema } from '../../shared/policy/findings.ts';
import type { Connection } from '../storage/database.ts';
import { takeWriteLock } from '../storage/write-lock.ts';
import { dueAt } from './due.ts';
import {
  addMatter,
  findMatter,
  type MatterOf,
  type MatterRow,
  type MatterState,
  removeMatter,
  setEscalation,
  setExcluded,
  tellMatterAgain,
} from './matter-store.ts';
import { addNotice, findNotice, markLooked, type Recipient, removeNotices, renewNotice } from './notice-store.ts';
import { preferencesOf, rulesOf, timeZoneOf } from './preferences-store.ts';
import { type Audience, firstTier, type Member, type MembersOf, meant } from './recipients.ts';

/** What is to be told, and whom. */
export interface Telling {
  settingId: string;
  matter: Matter;
  severity: Severity;
  /** Who is told first; left out: whom the setting's rules name for such a matter. */
  to?: Audience;
  /** Who is told when none of them looks in time; left out: by the setting's rules, and nobody for what is confidential. */
  alternates?: Audience;
  /** Who is never told, now or later, whatever their role (INC4). */
  excluded?: readonly string[];
  /** No webhook hears of it: nobody knows who listens there. */
  confidential?: boolean;
  /** It is told anew also to those who have not looked yet: time runs out. */
  again?: boolean;
}

interface NoticesParts {
  clock: Clock;
  log: Log;
  membersOf: MembersOf;
  /** The webhooks that take something of a severity. */
  webhooksFor: (connection: Connection, settingId: string, severity: Severity) => Promise<string[]>;
}

export type Notices = ReturnType<typeof createNotices>;

/**
 * Asks people to look at something. Writes into the transaction of what it tells of, and sends nothing: what stands in
 * the database is sent after the commit, and what was rolled back never was.
 *
 * INVARIANTS: one notice for a matter and a person, however often it is told; who is excluded has none.
 */
export function createNotices({ clock, log, membersOf, webhooksFor }: NoticesParts) {
  const now = () => clock.now();

  /** Has a recipient told; what they were told and have not looked at is not told again, unless it became more severe. */
  const put = async (
    connection: Connection,
    { matterId, recipient, asAlternate, due, rose, again }: Putting,
  ): Promise<boolean> => {
    const known = await findNotice(connection, matterId, recipient);
    const sendAt = due === undefined ? null : instant(due);
    if (known === undefined) {
      const at = instant(now());
      await addNotice(connection, { matterId, ...recipient, asAlternate, at, dueAt: sendAt });
      return true;
    }
    if (known.lookedAt === null && !rose && !again) return false;
    await renewNotice(connection, known.id, sendAt);
    return true;
  };

  const putPeople = async (connection: Connection, people: readonly Member[], { settingId, severity, ...to }: Tier) => {
    const timeZone = await timeZoneOf(connection, settingId);
    const dues: number[] = [];
    for (const { id: personId } of people) {
      const preferences = await preferencesOf(connection, { settingId, personId });
      const due = dueAt({ severity, now: now() }, preferences, timeZone);
      const recipient: Recipient = { channel: 'mail', recipientId: personId };
      if (await put(connection, { ...to, recipient, due })) dues.push(due ?? now());
    }
    return dues;
  };

  const putWebhooks = async (connection: Connection, ids: readonly string[], { rose, again, matterId }: Tier) => {
    for (const recipientId of ids) {
      const recipient: Recipient = { channel: 'webhook', recipientId };
      await put(connection, { matterId, recipient, asAlternate: false, due: now(), rose, again });
    }
  };

  /** The alternates' turn counts from when the first could have read it. */
  const planEscalation = async (connection: Connection, tier: Tier, dues: readonly number[]): Promise<void> => {
    const after = (await rulesOf(connection, tier.settingId)).alternatesAfterMinutes[tier.severity];
    if (after === null || dues.length === 0 || tier.asAlternate) return;
    const at = instant(Math.min(...dues) + after * 60_000);
    // What is told anew before the alternates' turn came puts it off no longer.
    if (tier.escalatesAt !== null && tier.escalatesAt < at) return;
    await setEscalation(connection, [tier.matterId], at);
  };

  const tell = async (connection: Connection, telling: Telling): Promise<void> => {
    const { settingId, matter } = telling;
    await takeWriteLock(connection);
    const rule = (await rulesOf(connection, settingId)).roles[matter.kind];
    const known = await findMatter(connection, { settingId, matter });
    const state = stateOf(telling, known, { roles: rule.alternates });
    const rose = known !== undefined && isMoreSevere(state.severity, known.severity);
    const at = instant(now());
    const matterId = known?.id ?? (await addMatter(connection, { settingId, matter }, state, at));
    if (known !== undefined) await tellMatterAgain(connection, known.id, state, at);
    if (known !== undefined && state.excluded.length > 0) await removeNotices(connection, known.id, state.excluded);
    const first = telling.to ?? { roles: rule.first };
    const { people, asAlternates } = firstTier(await membersOf(connection, settingId), { ...state, first });
    if (people.length === 0) log.error('notice.nobody-to-tell', { settingId, kind: matter.kind });
    const tier: Tier = {
      settingId,
      matterId,
      severity: state.severity,
      asAlternate: asAlternates,
      rose,
      again: telling.again === true,
      escalatesAt: known?.escalatesAt ?? null,
    };
    await planEscalation(connection, tier, await putPeople(connection, people, tier));
    if (!state.confidential)
      await putWebhooks(connection, await webhooksFor(connection, settingId, state.severity), tier);
  };

  return {
    tell,
    /** A person has it before their eyes: whoever would be told in their place is not. */
    looked: async (
      connection: Connection,
      { settingId, personId, matter }: MatterOf & { personId: string },
    ): Promise<void> => {
      await takeWriteLock(connection);
      const known = await findMatter(connection, { settingId, matter });
      if (known === undefined) return;
      const marked = await markLooked(connection, { matterId: known.id, personId, at: instant(now()) });
      if (marked) await setEscalation(connection, [known.id], null);
    },
    /** What was not sent yet is not, and it leaves the lists: of these people, who are excluded from now on, or (left out) of everyone, for it is over. */
    withdraw: async (
      connection: Connection,
      { settingId, matter, personIds }: MatterOf & { personIds?: readonly string[] },
    ): Promise<void> => {
      const known = await findMatter(connection, { settingId, matter });
      if (known === undefined) return;
      await removeNotices(connection, known.id, personIds);
      if (personIds === undefined) await setEscalation(connection, [known.id], null);
      else await setExcluded(connection, known.id, [...new Set([...known.excluded, ...personIds])]);
    },
    /** Nothing of it is left, nor who was asked to look. */
    forget: async (connection: Connection, of: MatterOf): Promise<void> => {
      const known = await findMatter(connection, of);
      if (known === undefined) return;
      await removeNotices(connection, known.id, undefined);
      await removeMatter(connection, known.id);
    },
    /** Has a matter told, of which nobody is left who was asked to look, to those who may know of it: by the setting's rules. */
    askInstead: async (connection: Connection, matter: MatterRow, knowing: readonly string[]): Promise<void> => {
      const { id: matterId, settingId, kind, severity, excluded, escalatesAt } = matter;
      const rule = (await rulesOf(connection, settingId)).roles[kind];
      const members = (await membersOf(connection, settingId)).filter(({ id }) => knowing.includes(id));
      // Who may know of a case was asked just now; whom it concerned, when it was told.
      const isCase = kind === 'incident' || kind === 'incident-clock';
      const audience = { first: { roles: rule.first }, alternates: { roles: rule.alternates } };
      const { people, asAlternates } = firstTier(members, { ...audience, excluded: isCase ? [] : excluded });
      if (people.length === 0) log.error('notice.nobody-to-tell', { settingId, kind });
      const tier: Tier = {
        settingId,
        matterId,
        severity,
        asAlternate: asAlternates,
        rose: false,
        again: false,
        escalatesAt,
      };
      await planEscalation(connection, tier, await putPeople(connection, people, tier));
    },
    /** Tells the alternates of a matter whose time has come. */
    escalate: async (connection: Connection, matter: MatterRow): Promise<void> => {
      const { id: matterId, settingId, severity, alternates, excluded } = matter;
      await setEscalation(connection, [matterId], null);
      const people = meant(await membersOf(connection, settingId), alternates, excluded);
      if (people.length === 0) log.warn('notice.no-alternates', { settingId });
      const tier: Tier = {
        settingId,
        matterId,
        severity,
        asAlternate: true,
        rose: false,
        again: false,
        escalatesAt: null,
      };
      await putPeople(connection, people, tier);
    },
  };
}

interface Tier {
  settingId: string;
  matterId: string;
  severity: Severity;
  asAlternate: boolean;
  /** It is more severe than when it was told before. */
  rose: boolean;
  again: boolean;
  /** When the alternates are told so far. */
  escalatesAt: Instant | null;
}

interface Putting extends Pick<Tier, 'matterId' | 'asAlternate' | 'rose' | 'again'> {
  recipient: Recipient;
  /** Milliseconds since 1970; undefined: no message of its own. */
  due: number | undefined;
}

/** A matter only grows: more severe, confidential. Who stood in for it by rule does not, once it is confidential. Who is excluded is judged by whoever tells it: roles change. */
function stateOf(telling: Telling, known: MatterRow | undefined, byRule: Audience): MatterState {
  const { severity, excluded = known?.excluded ?? [], confidential = false, alternates } = telling;
  const isConfidential = confidential || known?.confidential === true;
  const asBefore = isConfidential && known?.confidential !== true ? undefined : known?.alternates;
  return {
    severity: known !== undefined && isMoreSevere(known.severity, severity) ? known.severity : severity,
    excluded,
    confidential: isConfidential,
    alternates: alternates ?? asBefore ?? (isConfidential ? {} : byRule),
  };
}

function isMoreSevere(one: Severity, other: Severity): boolean {
  return severitySchema.options.indexOf(one) > severitySchema.options.indexOf(other);
}
