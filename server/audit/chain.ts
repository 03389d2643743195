import { createHash, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';

/** The log of what belongs to no setting. Setting ids are UUIDs, so it is nobody else's name. */
export const serverChain = 'server';

export const chainOf = (settingId: string | null): string => settingId ?? serverChain;

/** What stands before the first entry of every log. */
export const genesis = '';

/** One entry as it lies in the database. `data` is the text itself, for a hash over what it means would not see its bytes change. */
export interface WrittenEntry {
  settingId: string | null;
  /** From 1, without a gap, in each log; of several that were written together, the last one's. */
  number: number;
  at: string;
  actor: string;
  action: string;
  subject: string | null;
  data: string;
}

/** SHA-256 over an entry and the hash before it, lower-case hex. */
export function hashOf(entry: WrittenEntry, previous: string): string {
  const { settingId, number, at, actor, action, subject, data } = entry;
  return createHash('sha256')
    .update(JSON.stringify([settingId, number, at, actor, action, subject, data, previous]))
    .digest('hex');
}

/** Where a log ends. */
export interface Head {
  number: number;
  hash: string;
}

/**
 * Signs heads with a key that is not in the database: who can only write there
 * can write every entry and hash anew, but not this.
 */
export interface HeadSigner {
  sign(chain: string, head: Head): string;
  isSigned(chain: string, head: Head, signature: string): boolean;
  /** PEM (SPKI): by it others tell its signatures. */
  publicKey: string;
}

/** `privatePem`: Ed25519, PKCS #8. Signatures are base64. */
export function createHeadSigner(privatePem: string): HeadSigner {
  const privateKey = createPrivateKey(privatePem);
  const publicKey = createPublicKey(privateKey);
  const words = (chain: string, { number, hash }: Head) =>
    Buffer.from(`hometime audit head 1\n${JSON.stringify([chain, number, hash])}`);
  return {
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    sign: (chain, head) => sign(null, words(chain, head), privateKey).toString('base64'),
    isSigned: (chain, head, signature) => {
      const bytes = Buffer.from(String(signature), 'base64');
      // Many texts decode to the same bytes; only one of them is what was written.
      return bytes.toString('base64') === signature && verify(null, words(chain, head), publicKey, bytes);
    },
  };
}

/** Data as it is written: keys in order, so that the same data is the same text. */
export function canonicalJson(data: Readonly<Record<string, string | number | boolean | null>>): string {
  return storable(JSON.stringify(sorted(data)));
}

export function sorted<Value>(data: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(data).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Text as the database gives it back: half a character and NUL would come back as something else, and look like a forgery. */
export function storable(text: string): string {
  return Buffer.from(text.replaceAll('\0', '')).toString();
}
