import type { IncidentCase } from '../../shared/api/incidents.ts';
import type { HeadSigner } from '../audit/chain.ts';
import { caseChain } from './chain.ts';
import type { OpenedCase } from './desk.ts';
import type { StoredEntry } from './record-store.ts';

/** A case as it is taken away, with all that proves that it is as it was written. */
export interface CaseFile {
  format: 'hometime incident 1';
  exportedAt: string;
  exportedBy: string;
  settingName: string;
  case: IncidentCase;
  proof: {
    how: string;
    head: { number: number; hash: string };
    signature: string;
    /** PEM of the key that signs; what is the server's own can be told by comparing it with that of another export. */
    publicKey: string;
    entries: readonly {
      entry: readonly unknown[];
      content: readonly unknown[] | null;
      previous: string;
      hash: string;
    }[];
  };
}

const how =
  'For each entry: contentDigest is SHA-256 over the JSON of "content" ([salt, actorId, actorName, text, data]); "hash" is SHA-256 over the JSON of ' +
  '"entry" with "previous" after its last field; "previous" is the hash of the entry before, empty for the first. All lower-case hex, of UTF-8. ' +
  'The signature (Ed25519, base64) is over "hometime audit head 1", a line feed, and the JSON of [name, number, hash] of the head, where name is "incident " and the id of the case.';

/** The chain of a case, entry by entry, and its signed end. */
export function proofOf(
  { seen, entries }: Pick<OpenedCase, 'seen' | 'entries'>,
  { signer, publicKey }: { signer: HeadSigner; publicKey: string },
): CaseFile['proof'] {
  const last = entries.at(-1);
  const head = { number: last?.number ?? 0, hash: last?.hash ?? '' };
  return {
    how,
    head,
    signature: signer.sign(caseChain(seen.found.id), head),
    publicKey,
    entries: entries.map((entry, place) => linkOf(entry, entries[place - 1]?.hash ?? '')),
  };
}

function linkOf(stored: StoredEntry, previous: string): CaseFile['proof']['entries'][number] {
  const { incidentId, settingId, number, at, kind, actorKind, actorRole, contentDigest, content, hash } = stored;
  return {
    entry: [incidentId, settingId, number, at, kind, actorKind, actorRole, contentDigest],
    content:
      content === undefined ? null : [content.salt, content.actorId, content.actorName, content.text, content.data],
    previous,
    hash,
  };
}
