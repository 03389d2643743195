import { z } from 'zod';
import { commandStateSchema, IllegalMoveError, isFinal, mayMove } from '../../shared/command/life.ts';
import type { Instant } from '../../shared/instant.ts';
import type { MoveMessage } from '../../shared/wire/messages.ts';
import {
  besideHead,
  besideHeadRow,
  changeHead,
  findHead,
  headOf,
  JournalChanged,
  type JournalSeal,
  sealedText,
} from './journal-seal.ts';
import type { Connection } from './sqlite.ts';

const besideOrder = z.object({ state: commandStateSchema, seal: z.unknown(), text: z.string() });

/** An order with its seal and text, and the head as it is now. Throws when the journal does not hold it. */
export async function readSealed(connection: Connection, id: string) {
  const [row] = await connection.all(
    z.unknown(),
    `select state, orders.seal as seal, ${sealedText} as text, ${besideHead.columns} from orders ${besideHead.join} where id = ?`,
    id,
  );
  if (row === undefined) throw new Error(`the order ${id} is not in the journal`);
  return { ...besideOrder.parse(row), head: besideHeadRow.parse(row) };
}

type Sealed = Awaited<ReturnType<typeof readSealed>>;

/** Seals an order as it is now, and the head with it. `before`: its seal until now; left out for a new order. */
export async function sealAnew(
  connection: Connection,
  seal: JournalSeal,
  { id, text, head, before }: Pick<Sealed, 'text' | 'head'> & { id: string; before?: string },
): Promise<void> {
  const after = seal.ofOrder(id, text);
  await connection.run('update orders set seal = ? where id = ?', after, id);
  await changeHead(connection, seal, headOf(head, seal), {
    more: [after],
    less: before === undefined ? [] : [before],
  });
}

/** Forgets orders that were over before that instant, and are done and told. Throws JournalChanged when one is not as it was sealed. */
export async function prune(connection: Connection, seal: JournalSeal, before: Instant): Promise<number> {
  const over = `from orders where expires_at < ? and state not in ('received', 'started')
    and id not in (select order_id from moves where settled is null)`;
  const sealed = z.object({ seal: z.unknown(), text: z.string() });
  const rows = await connection.all(sealed, `select seal, ${sealedText} as text ${over}`, before);
  if (rows.length === 0) return 0;
  const less = rows.map((row) => {
    if (!seal.isOf(row.text, row.seal)) throw new JournalChanged();
    return row.seal;
  });
  await connection.run(`delete ${over}`, before);
  await changeHead(connection, seal, await findHead(connection, seal), { less });
  return rows.length;
}

/** Answers the order's seal, and the head. Throws IllegalMoveError outside the table of moves, JournalChanged when the order is not as it was sealed. */
export async function checkMove(connection: Connection, seal: JournalSeal, move: MoveMessage) {
  const { state, seal: before, text, head } = await readSealed(connection, move.commandId);
  if (!seal.isOf(text, before)) throw new JournalChanged();
  if (isFinal(state) || !mayMove(state, move.to)) throw new IllegalMoveError(state, move.to);
  return { before, head };
}
