import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { makePrivateFolder } from '../../shared/make-folder.ts';
import { writeDurably } from '../platform/durable-file.ts';

/** What lies there: nothing of this enrolment, something that cannot be believed, or what was written. */
export type Kept<Value> = { state: 'absent' } | { state: 'altered' } | { state: 'kept'; value: Value };

/** A small document of the agent's own that nobody without its key can change unnoticed. */
export interface SealedFile<Value> {
  /** Rejects where the disk does not answer. */
  read(): Promise<Kept<Value>>;
  /** Comes back when it lies on the disk; rejects when it does not. */
  write(value: Value): Promise<void>;
}

interface SealedFileParts<Schema extends z.ZodType> {
  path: string;
  schema: Schema;
  /** What it is for: one document must never pass for another. */
  purpose: string;
  /** Whose it is: another enrolment's counts as absent. */
  enrolment: string;
  /** The device's own secret; what seals is derived from it. */
  secret: string;
}

const sealedSchema = z.strictObject({ enrolment: z.string(), text: z.string(), seal: z.string() });

/**
 * INVARIANT: what is read was written by this agent under this enrolment. Not prevented: an older document of
 * the same enrolment that is put back whole, and root, who can read the secret.
 */
export function createSealedFile<Schema extends z.ZodType>(
  parts: SealedFileParts<Schema>,
): SealedFile<z.infer<Schema>> {
  const { path, schema, purpose, enrolment } = parts;
  const key = Buffer.from(hkdfSync('sha256', parts.secret, enrolment, `hometime ${purpose}`, 32));
  const sealOf = (text: string) => createHmac('sha256', key).update(text).digest();

  function open(document: string): Kept<z.infer<Schema>> {
    const sealed = sealedSchema.safeParse(parseJson(document)).data;
    if (sealed === undefined) return { state: 'altered' };
    if (sealed.enrolment !== enrolment) return { state: 'absent' };
    const seal = Buffer.from(sealed.seal, 'base64');
    const right = sealOf(sealed.text);
    if (seal.length !== right.length || !timingSafeEqual(seal, right)) return { state: 'altered' };
    const value = schema.safeParse(parseJson(sealed.text));
    return value.success ? { state: 'kept', value: value.data } : { state: 'altered' };
  }

  return {
    async read() {
      const document = await readFile(path, 'utf8').catch(ifNoFile);
      return document === undefined ? { state: 'absent' } : open(document);
    },
    async write(value) {
      const text = JSON.stringify(value);
      makePrivateFolder(dirname(path));
      await writeDurably(path, JSON.stringify({ enrolment, text, seal: sealOf(text).toString('base64') }), 0o600);
    },
  };
}

/** Something else in its place, as a folder, is no trouble of the disk's: somebody put it there. */
function ifNoFile(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return undefined;
  if (code === 'EISDIR' || code === 'ENOTDIR') return '';
  throw error;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
