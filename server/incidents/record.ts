import type { EntryData, EntryKind } from '../../shared/incident/entries.ts';
import type { Instant } from '../../shared/instant.ts';
import type { HeadSigner } from '../audit/chain.ts';
import type { Connection } from '../storage/database.ts';
import { canonical, contentDigest, entryHash, newSalt, registerChain, registerHash, storable } from './chain.ts';
import { type Actor, endOfCase, insertEntry, insertLine, takeHead, writeHead } from './record-store.ts';

/** One entry to be written. */
export type NewEntry = {
  [Kind in EntryKind]: { kind: Kind; data: EntryData<Kind>; text: string | null; by: Actor };
}[EntryKind];

interface OfCase {
  incidentId: string;
  settingId: string;
}

/** Writes entries of a case, in the order given, inside the transaction of what they tell. */
export type Append = (
  connection: Connection,
  of: OfCase & { at: Instant },
  entries: readonly NewEntry[],
) => Promise<void>;

export const theServer: Actor = { kind: 'server', id: null, name: null, role: null };

/**
 * The record of incidents: in each case every entry holds the hash of the one before it, the register of the setting
 * holds every entry's hash in the order they were written, and the end of the register is signed. So nothing of a
 * case, and no case as a whole, can be changed or taken out unseen. What follows a forged end is kept and stays unsigned.
 */
export function createAppend(signer: HeadSigner): Append {
  return async (connection, { incidentId, settingId, at }, entries) => {
    const { signature, ...register } = await takeHead(connection, settingId);
    // DANGER: signing on from an end that is not this server's own would make what somebody else wrote there genuine.
    const isOwn = register.number === 0 || signer.isSigned(registerChain(settingId), { ...register }, signature);
    const end = { ...(await endOfCase(connection, incidentId)) };
    for (const { kind, data, text, by } of entries) {
      const content = {
        salt: newSalt(),
        actorId: by.id,
        actorName: by.name === null ? null : storable(by.name),
        text: text === null ? null : storable(text),
        data: canonical(data),
      };
      const entry = {
        incidentId,
        settingId,
        number: end.number + 1,
        at,
        kind,
        actorKind: by.kind,
        actorRole: by.role,
        contentDigest: contentDigest(content),
      };
      const hash = entryHash(entry, end.hash);
      await insertEntry(connection, { ...entry, hash }, content);
      Object.assign(end, { number: entry.number, hash });
      const line = { settingId, number: register.number + 1, entryHash: hash };
      const lineHash = registerHash(line, register.hash);
      await insertLine(connection, { ...line, hash: lineHash });
      Object.assign(register, { number: line.number, hash: lineHash });
    }
    const head = { number: register.number, hash: register.hash };
    const signed = isOwn ? signer.sign(registerChain(settingId), head) : '';
    await writeHead(connection, settingId, { ...head, signature: signed });
  };
}
