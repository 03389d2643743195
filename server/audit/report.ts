import { StatedError } from '../../shared/api/errors.ts';
import type { Connection } from '../storage/database.ts';
import { listChains } from './audit-store.ts';
import type { Head, HeadSigner } from './chain.ts';
import { verifyChain } from './verify.ts';

/**
 * Checks every log on the server, one line for each. `noted` are heads written
 * down elsewhere, "N:HASH": each must stand in some log.
 */
export async function verifyAll(
  parts: { db: Connection; signer: HeadSigner },
  noted: readonly Head[] = [],
): Promise<{ lines: string[]; intact: boolean }> {
  const lines: string[] = [];
  let intact = true;
  for (const settingId of await listChains(parts.db)) {
    const found = await verifyChain(parts, settingId);
    const name = settingId === null ? 'server' : `setting ${settingId}`;
    const state =
      found.fault === null
        ? `intact, head ${found.entries}:${found.head ?? ''}`
        : `NOT INTACT: entry ${found.fault.number} is ${found.fault.what}`;
    lines.push(`${name}: ${found.entries} entries, ${state}`);
    intact &&= found.fault === null;
  }
  for (const { number, hash } of noted) {
    if ((await parts.db('audit_entries').where({ hash }).where('number', '>=', number).first('id')) !== undefined)
      continue;
    lines.push(
      `NOT INTACT: entry ${number} with the hash ${hash}, as it was noted down, is in no log: cut short or written anew`,
    );
    intact = false;
  }
  return { lines, intact };
}

/** A head as it is noted down: "1203:5f0c…". @throws StatedError `not-valid`. */
export function parseHead(text: string): Head {
  const [, number, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text.trim()) ?? [];
  if (number !== undefined && hash !== undefined) return { number: Number(number), hash };
  throw new StatedError(
    'not-valid',
    `"${text}" is no head. Write it as it was printed: the number, a colon, 64 hex digits.`,
  );
}
