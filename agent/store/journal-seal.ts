import { createHmac, createSecretKey, hkdfSync } from 'node:crypto';
import { z } from 'zod';
import type { Connection } from './sqlite.ts';
import { StoreFault } from './store.ts';

/** What the journal comes to as a whole; one row. */
export interface JournalHead {
  /** Whose key sealed it. */
  owner: string;
  /** How many orders there are. */
  orders: number;
  /** The sum of their seals, modulo 2^384, in hexadecimal. */
  total: string;
  /** What the journal is worth (enrolment-store.ts), as a text. */
  whole: string;
}

/**
 * What seals the journal of one enrolment.
 *
 * INVARIANTS
 * - The seal of an order covers every column of it and of each of its moves, in their order, but for `settled`: that
 *   one tells only what the server has acknowledged. Set by hand it costs a message that is said twice, or one that
 *   the server misses and asks for again; and it changes with each acknowledgement, several orders at once.
 * - The head changes in the very transaction that changes an order, so no end of the process parts them.
 * - DANGER: a sum of seals is safe only while each of them was made with the key: whatever is added up has to be
 *   checked first, by its text or by its bond.
 */
export interface JournalSeal {
  /** Names enrolment and key: a server that was put back to an earlier state may give the same enrolment another key. */
  owner: string;
  /** The seal of an order, to be kept with it. `text`: what `sealedText` answers. */
  ofOrder(id: string, text: string): string;
  /** Whether the seal is the one of this text. */
  isOf(text: string, seal: unknown): seal is string;
  /** Whether it is a seal that was once made for an order of this id, whatever that held. */
  isBondOf(id: unknown, seal: unknown): seal is string;
  ofHead(head: JournalHead): string;
}

/** A seal as it is kept: of the text (256 bits), and of the bond (128). */
const sumBits = 384;
const sealPattern = /^[0-9a-f]{64}\.[0-9a-f]{32}$/;

/** `secret`: the device's own; what seals is derived from it, for this purpose alone. */
export function createJournalSeal({ enrolment, secret }: { enrolment: string; secret: string }): JournalSeal {
  const key = createSecretKey(Buffer.from(hkdfSync('sha256', secret, enrolment, 'hometime journal of orders', 32)));
  const mac = (purpose: string, text: string) => createHmac('sha256', key).update(purpose).update(text).digest('hex');
  const bondOf = (id: string, ofText: string) => mac('bond', JSON.stringify([id, ofText])).slice(0, 32);
  return {
    owner: `${enrolment}#${mac('owner', '').slice(0, 16)}`,
    ofOrder(id, text) {
      const ofText = mac('order', text);
      return `${ofText}.${bondOf(id, ofText)}`;
    },
    isOf: (text, seal): seal is string =>
      typeof seal === 'string' && sealPattern.test(seal) && textPart(seal) === mac('order', text),
    isBondOf: (id, seal): seal is string =>
      typeof id === 'string' &&
      typeof seal === 'string' &&
      sealPattern.test(seal) &&
      seal === `${textPart(seal)}.${bondOf(id, textPart(seal))}`,
    ofHead: ({ owner, orders, total, whole }) => mac('head', JSON.stringify([owner, orders, total, whole])),
  };
}

function textPart(seal: string): string {
  return seal.slice(0, 64);
}

/** The total with some seals more and some less. A sum, for an exclusive or of many could be solved like an equation. */
export function totalWith(total: string, more: readonly string[], less: readonly string[] = []): string {
  const numberOf = (seal: string) => BigInt(`0x${seal.replace('.', '')}`);
  let sum = BigInt(`0x${total}`);
  for (const seal of more) sum += numberOf(seal);
  for (const seal of less) sum -= numberOf(seal);
  return BigInt.asUintN(sumBits, sum).toString(16);
}

/** The total of no orders. */
export const noTotal = '0';

/** A blob, which only a hand can have put there, cannot be part of a JSON text. */
const column = (name: string) => `iif(typeof(${name}) = 'blob', 'blob ' || hex(${name}), ${name})`;
const columns = (...names: string[]) => names.map(column).join(', ');

/**
 * SQL, in a statement about `orders`: the text of an order that is sealed. SQLite makes it, of what it holds: a value
 * that lies there otherwise than it was given could else never be told from one that was changed.
 *
 * DANGER: the same order has to give the same text with every later agent, or every journal looks changed. Who changes
 * the text changes the purpose of the key as well: then a journal is taken over as another key's, without a word.
 */
export const sealedText = `json_array(orders.number,
  ${columns('orders.id', 'orders.envelope', 'orders.state', 'orders.expires_at', 'orders.plan')},
  (select json_group_array(json_array(number, ${columns('state', 'at', 'reason', 'evidence')}) order by number)
     from moves where order_id = orders.id))`;

/** The journal is not as this agent left it, and that was noticed while it was in use. */
export class JournalChanged extends StoreFault {
  constructor() {
    super(
      'The journal of orders was changed by somebody else while the agent ran. Start the agent again: it tells of it, carries out nothing that was changed, and goes on.',
    );
  }
}

const headRow = z.object({
  owner: z.string(),
  orders: z.int(),
  total: z.string().regex(/^[0-9a-f]{1,96}$/),
  whole: z.string(),
  seal: z.string(),
});

/** The head as it lies there. `altered`: it is not to be believed; `strange`: another key's. */
export type FoundHead = { is: 'absent' } | { is: 'strange' } | { is: 'altered' } | ({ is: 'right' } & JournalHead);

const headColumns = 'head.owner as owner, head.orders as orders, head.total as total, head.whole as whole';

/** SQL: the head beside each row of a statement about `orders`, for `headOf`: so it costs no statement of its own. */
export const besideHead = {
  columns: `${headColumns}, head.seal as head_seal`,
  join: 'left join journal_head as head on head.one = 1',
};

/** Rows with what `besideHead` names. */
export const besideHeadRow = z
  .object({ owner: z.unknown(), orders: z.unknown(), total: z.unknown(), whole: z.unknown(), head_seal: z.unknown() })
  .transform(({ head_seal, ...head }) => ({ ...head, seal: head_seal }));

export async function findHead(connection: Connection, seal: JournalSeal): Promise<FoundHead> {
  const sql = `select ${headColumns}, head.seal as seal from journal_head as head`;
  return headOf((await connection.all(z.unknown(), sql))[0], seal);
}

/** The head of a row as it was read. */
export function headOf(row: unknown, seal: JournalSeal): FoundHead {
  if (row === undefined) return { is: 'absent' };
  const parsed = headRow.safeParse(row);
  if (!parsed.success) return { is: 'altered' };
  const { seal: kept, ...head } = parsed.data;
  if (head.owner !== seal.owner) return { is: 'strange' };
  return kept === seal.ofHead(head) ? { is: 'right', ...head } : { is: 'altered' };
}

export async function writeHead(connection: Connection, seal: JournalSeal, head: JournalHead): Promise<void> {
  await connection.run(
    `insert into journal_head (one, owner, orders, total, whole, seal) values (1, ?, ?, ?, ?, ?)
     on conflict (one) do update set owner = excluded.owner, orders = excluded.orders,
       total = excluded.total, whole = excluded.whole, seal = excluded.seal`,
    ...[head.owner, head.orders, head.total, head.whole, seal.ofHead(head)],
  );
}

/** Makes the head say what was just changed. Throws JournalChanged where it is not ours. */
export async function changeHead(
  connection: Connection,
  seal: JournalSeal,
  { is, ...head }: FoundHead,
  { more = [], less = [] }: { more?: readonly string[]; less?: readonly string[] },
): Promise<void> {
  if (!('orders' in head)) throw new JournalChanged();
  const orders = head.orders + more.length - less.length;
  await writeHead(connection, seal, { ...head, orders, total: totalWith(head.total, more, less) });
}
