/** One write to a key: of the writes to the same key the one with the highest number counts. */
export interface Entry {
  /** Each byte of the key as one letter. */
  key: string;
  sequence: number;
  /** False: the key was deleted. */
  present: boolean;
}

/** Whether a key is looked for; called with every key there is, so it must be quick. The bytes are only lent. */
export type IsWanted = (key: Uint8Array) => boolean;

export const deletion = 0;
export const put = 1;

export function keyText(key: Uint8Array): string {
  return Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString('latin1');
}

/** Eight bytes: the lowest tells what the write was, the seven above it are its number. */
export function readTag(bytes: Uint8Array, at: number): { kind: number; sequence: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, 8);
  const low = view.getUint32(0, true);
  return { kind: low & 0xff, sequence: (low >>> 8) + view.getUint32(4, true) * 2 ** 24 };
}
