import { z } from 'zod';
import type { Envelope } from '../../shared/command/envelope.ts';
import { type Clock, instant } from '../../shared/instant.ts';
import { type Log, messageOf } from '../../shared/log.ts';
import { idSchema } from '../../shared/names.ts';
import { wholeText } from './enrolment-store.ts';
import { findHead, type JournalSeal, noTotal, sealedText, totalWith, writeHead } from './journal-seal.ts';
import type { Connection, Sqlite } from './sqlite.ts';

/** What keeps the journal of one enrolment sealed. */
export interface JournalKeeping {
  enrolment: string;
  seal: JournalSeal;
  /** Kept apart from the store: that this journal was sealed before. Without it, one whose seals were taken off would pass for an older agent's. */
  mark: { isThere(): Promise<boolean>; set(): Promise<void> };
  /** The journal was changed by somebody else. Resolves when that is noted: only then is it made whole again. */
  onChanged(): Promise<void>;
  clock: Clock;
  log: Log;
}

/** An order as it is found: a hand may have written anything. `number` is exact as a text alone; `id` is empty where it is none. */
export interface NamedOrder {
  number: string;
  id: string;
}

/** What a look at the whole journal says. */
export type JournalLook =
  | { is: 'whole' }
  /** It was never sealed by this key: an agent of an earlier version wrote it, or one of another enrolment. */
  | { is: 'unsealed' }
  | {
      is: 'changed';
      /** Not what they were. */
      altered: readonly NamedOrder[];
      /** Never ours: somebody put them there. */
      strange: readonly NamedOrder[];
      /** More was changed than can be named: an order may be gone, or be an older one of itself. */
      isDoubted: boolean;
    };

/**
 * Looks at every order, tells of what was changed, and leaves a journal that is sealed and whole.
 *
 * INVARIANTS
 * - What was changed is told before it is mended: an end in between tells it twice, and never not at all.
 * - An order that was altered is never carried out: it is refused, and its own record of itself goes.
 * - Where an order may be missing, or be older than it was, the journal counts as lost: what was given before the next
 *   welcome may have been carried out, and is refused (enrolment-store.ts).
 * - Nothing that this agent does, however it ends, looks like a change: each of its changes is one transaction.
 */
export async function openJournal(database: Sqlite, keeping: JournalKeeping): Promise<JournalLook> {
  const { log, mark } = keeping;
  const look = await lookAtJournal(database, keeping);
  if (look.is === 'changed') {
    const { altered, strange, isDoubted } = look;
    log.error('journal-changed', {
      count: altered.length + strange.length,
      state: isDoubted ? 'doubted' : 'altered',
    });
    await keeping.onChanged();
  }
  if (look.is !== 'whole') {
    await database.transaction(async (connection) => {
      if (look.is === 'changed') await quarantine(connection, look, keeping);
      await sealAll(connection, keeping);
    });
    log.info('journal-sealed', { reason: look.is });
  }
  // A disk that takes none: the next start sets it.
  const marked = async () => (await mark.isThere()) || (await mark.set());
  await marked().catch((error: unknown) => log.warn('journal-not-marked', { error: messageOf(error) }));
  return look;
}

/** Reads all; changes nothing. */
export async function lookAtJournal(database: Sqlite, { enrolment, seal, mark }: JournalKeeping): Promise<JournalLook> {
  const head = await findHead(database, seal);
  const found = await lookAtOrders(database, seal);
  const { wrong, orders, total, hasOwn } = found;
  const whole = await wholeText(database, enrolment);
  const hasOrphans = (await database.all(z.unknown(), orphans)).length > 0;
  if (head.is !== 'right') {
    // A store that was lost, and said so already, begins anew.
    const isNew = head.is === 'absent' && orders === 0 && !hasOrphans && whole === 'awaits-server';
    const isOurs = head.is === 'altered' || hasOwn || (!isNew && (await mark.isThere()));
    if (!isOurs) return { is: 'unsealed' };
    return { is: 'changed', altered: wrong, strange: [], isDoubted: true };
  }
  const bonded = wrong.filter((one) => one.isBonded);
  const strange = wrong.filter((one) => !one.isBonded);
  const before = { orders: orders - strange.length, total: totalWith(total, sealsOf(bonded)) };
  const areNamed = head.whole === whole && head.orders === before.orders && head.total === before.total;
  if (!areNamed) return { is: 'changed', altered: wrong, strange: [], isDoubted: true };
  if (wrong.length === 0 && !hasOrphans) return { is: 'whole' };
  return { is: 'changed', altered: bonded, strange, isDoubted: false };
}

function sealsOf(orders: readonly { seal: string }[]): string[] {
  return orders.map(({ seal }) => seal);
}

/** Moves of no order: only a hand leaves some. */
const orphans = 'select 1 from moves where not exists (select 1 from orders where id = order_id) limit 1';

const sealedRow = z.object({ number: z.string(), id: z.unknown(), seal: z.unknown(), text: z.string() });
type SealedRow = z.infer<typeof sealedRow>;

/** Rows read at once: what a look costs in memory. */
const sliceRows = 1_000;

/** Every order, a slice at a time. `ahead`: the next slice is read meanwhile, which nothing may be written in. */
async function* everyOrder(connection: Connection, { ahead = false } = {}): AsyncGenerator<SealedRow[]> {
  const sql = `select cast(number as text) as number, id, seal, ${sealedText} as text from orders order by orders.number limit ? offset ?`;
  const read = (offset: number) => connection.all(sealedRow, sql, sliceRows, offset);
  let next = read(0);
  for (let offset = sliceRows; ; offset += sliceRows) {
    const rows = await next;
    const isLast = rows.length < sliceRows;
    if (ahead && !isLast) {
      next = read(offset);
      // Who stops listening hears of no failure.
      next.catch(() => {});
    }
    yield rows;
    if (isLast) return;
    if (!ahead) next = read(offset);
  }
}

/** An order that is not as it was sealed. `isBonded`: its id is what it was, and so is the seal that is kept with it. */
type WrongOrder = NamedOrder & { seal: string; isBonded: boolean };

/** `total`: of those that are right. `hasOwn`: something was sealed by this key. */
async function lookAtOrders(database: Sqlite, seal: JournalSeal) {
  const wrong: WrongOrder[] = [];
  let orders = 0;
  let total = noTotal;
  for await (const rows of everyOrder(database, { ahead: true })) {
    const right: string[] = [];
    for (const { number, id, seal: kept, text } of rows) {
      if (seal.isOf(text, kept)) right.push(kept);
      else if (seal.isBondOf(id, kept)) wrong.push({ number, id: idText(id), seal: kept, isBonded: true });
      else wrong.push({ number, id: idText(id), seal: '', isBonded: false });
    }
    orders += rows.length;
    total = totalWith(total, right);
  }
  const hasOwn = wrong.length < orders || wrong.some(({ isBonded }) => isBonded);
  return { wrong, orders, total, hasOwn };
}

/** A blob of the same letters is another id to SQLite: its row must never speak for the order of that name. */
function idText(id: unknown): string {
  return typeof id === 'string' ? id : '';
}

/** Seals what lies there, as it lies there. */
async function sealAll(connection: Connection, { enrolment, seal }: JournalKeeping): Promise<void> {
  let orders = 0;
  let total = noTotal;
  for await (const rows of everyOrder(connection)) {
    const sealed = rows.map(({ number, id, text }): [string, string] => [number, seal.ofOrder(String(id), text)]);
    await connection.run(
      'update orders set seal = one.value ->> 1 from json_each(?) as one where number = cast(one.value ->> 0 as integer)',
      JSON.stringify(sealed),
    );
    orders += rows.length;
    total = totalWith(
      total,
      sealed.map(([, made]) => made),
    );
  }
  await writeHead(connection, seal, {
    owner: seal.owner,
    orders,
    total,
    whole: await wholeText(connection, enrolment),
  });
}

/** Kept for ever: when the order was over is not known any more, and one that is forgotten could be played again. */
const never = '9999-12-31T23:59:59.999Z';

/**
 * Takes out of the journal what is not to be believed. An order whose id is an id stays known by it, as refused; all
 * that it said of itself goes, for it could be told to the server as the truth.
 */
async function quarantine(
  connection: Connection,
  { altered, strange, isDoubted }: Extract<JournalLook, { is: 'changed' }>,
  { enrolment, clock }: JournalKeeping,
): Promise<void> {
  const isNamed = ({ id }: NamedOrder) => idSchema.safeParse(id).success;
  for (const { number } of [...strange, ...altered.filter((one) => !isNamed(one))])
    await connection.run('delete from orders where number = cast(? as integer)', number);
  await connection.run('delete from moves where not exists (select 1 from orders where id = order_id)');
  for (const { number, id } of altered.filter(isNamed)) {
    await connection.run('delete from moves where order_id = ?', id);
    const unread: Envelope = { id, text: '', signature: `${'A'.repeat(86)}==` };
    await connection.run(
      "update orders set envelope = ?, state = 'refused', plan = null, expires_at = ? where number = cast(? as integer)",
      ...[JSON.stringify(unread), never, number],
    );
    await connection.run(
      "insert into moves (order_id, state, at, reason) values (?, 'refused', ?, 'journal-changed')",
      ...[id, instant(clock.now())],
    );
  }
  if (!isDoubted) return;
  await connection.run(
    `insert into enrolments (enrolment, guard) values (?, 'awaits-server')
     on conflict do update set guard = excluded.guard, guarded_since = null`,
    enrolment,
  );
}
