import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { instantSchema } from '../../shared/instant.ts';
import { makePrivateFolder } from '../../shared/make-folder.ts';
import { writeDurably } from '../platform/durable-file.ts';

const releaserSchema = z.enum(['server', 'code', 'by-hand', 'guard']);
export type Releaser = z.infer<typeof releaserSchema>;

/** Who wants the device locked: an administrator's order, the guard, or both. The lock goes with the last of them. */
const ownersSchema = z.strictObject({ order: z.boolean(), guard: z.boolean() });

/** What the agent knows of its own lock; whether it holds is asked of the system. */
const lockNoteSchema = z.strictObject({
  /** Whether the device is to be locked. */
  wanted: z.boolean(),
  /** Whether the system took the lock; until then an end in the middle is no release. */
  held: z.boolean(),
  /** When it was locked, or released. */
  since: instantSchema.nullable(),
  /** What people read beside the challenge. */
  text: z.string(),
  /** The same while the guard alone wants it. */
  guardText: z.string(),
  owners: ownersSchema,
  /** For which of its moves the guard locked last, so that it knows a release of this block from an older one. */
  guardMove: z.int().nullable(),
  /** The move of the guard whose lock was released by somebody, last. */
  releasedMove: z.int().nullable(),
  /** What a person reads out over the telephone; null: there is no offline code for this lock. */
  challenge: z.string().nullable(),
  /** Wrong codes for this challenge. */
  wrong: z.int().nonnegative(),
  /** When the last try was used up, by what no clock moves: the boot, and how long that one had run. */
  usedUp: z.strictObject({ bootId: z.string(), uptimeMs: z.number().nonnegative() }).nullable(),
  /** Who is letting people in at this moment: written before it is done. */
  releasing: releaserSchema.nullable(),
  /** Who did, last. */
  releasedBy: releaserSchema.nullable(),
});
export type LockNote = z.infer<typeof lockNoteSchema>;

/** As it may lie on the disk: agents before the guard wrote no owners, for every lock was an order's. */
const keptNoteSchema = lockNoteSchema
  .partial({ guardText: true, owners: true, guardMove: true, releasedMove: true })
  .transform(
    ({ owners, guardText = '', guardMove = null, releasedMove = null, ...note }): LockNote => ({
      ...{ ...note, guardText, guardMove, releasedMove },
      owners: owners ?? { order: note.wanted, guard: false },
    }),
  );

/** Of a device that was never locked. */
export const neverLocked: LockNote = {
  wanted: false,
  held: false,
  since: null,
  text: '',
  guardText: '',
  owners: { order: false, guard: false },
  guardMove: null,
  releasedMove: null,
  challenge: null,
  wrong: 0,
  usedUp: null,
  releasing: null,
  releasedBy: null,
};

/** DANGER: not the guard's as well: it would lock a device anew that somebody released, for a note that nobody can read. */
const damaged: LockNote = { ...neverLocked, wanted: true, owners: { order: true, guard: false } };

/** The note on the disk, for the agent's own user alone. */
export interface LockNotes {
  /** A note that is damaged counts as a lock without a challenge: rubbish never passes for a release. */
  read(): Promise<LockNote>;
  /** Comes back when it lies on the disk; rejects when it does not. */
  write(note: LockNote): Promise<void>;
  /** Has the note for this work alone: the agent, and a code that is typed, are two processes. Rejects after some seconds. */
  alone<Value>(work: () => Promise<Value>): Promise<Value>;
}

const patienceMs = 15_000;

export function createLockNotes({ path, bootId }: { path: string; bootId(): Promise<string> }): LockNotes {
  const holdPath = `${path}.held`;

  /** A holder that was killed, or whose system was, holds no more. So does one without a word: a power cut leaves a file empty. */
  async function isLeft(path: string): Promise<boolean> {
    const text = await readFile(path, 'utf8').catch(() => undefined);
    if (text === undefined) return false;
    const [boot = '', pid = ''] = text.split('\n');
    return boot !== (await bootId()) || !/^[1-9]\d*$/.test(pid) || !isAlive(Number(pid));
  }

  /** INVARIANT: while this system runs, the name is there with its words or not at all; also where the disk is full. */
  async function take(): Promise<boolean> {
    makePrivateFolder(dirname(holdPath));
    const draft = `${holdPath}.${randomUUID()}`;
    try {
      await writeFile(draft, `${await bootId()}\n${process.pid}\n`, { flag: 'wx', mode: 0o600 });
      await link(draft, holdPath);
      return true;
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
      throw error;
    } finally {
      await rm(draft, { force: true });
    }
  }

  /** By another name first: of two that wait, one takes it away, and never what the other took meanwhile. */
  async function takeAway(): Promise<void> {
    const aside = `${holdPath}.${randomUUID()}`;
    await rename(holdPath, aside).catch(() => {});
    if (await isThereAndHeld(aside)) await link(aside, holdPath).catch(() => {});
    await rm(aside, { force: true });
  }

  async function isThereAndHeld(path: string): Promise<boolean> {
    return existsSync(path) && !(await isLeft(path));
  }

  return {
    async read() {
      const text = await readFile(path, 'utf8').catch(ifAbsent);
      if (text === undefined) return neverLocked;
      return keptNoteSchema.safeParse(parseJson(text)).data ?? damaged;
    },
    async write(note) {
      makePrivateFolder(dirname(path));
      await writeDurably(path, JSON.stringify(note), 0o600);
    },
    async alone(work) {
      for (let waitedMs = 0; !(await take()); waitedMs += 50) {
        if (waitedMs >= patienceMs) throw new Error('the note of the lock is held by another process');
        if (waitedMs % 1000 === 500 && (await isLeft(holdPath))) await takeAway();
        await sleep(50);
      }
      try {
        return await work();
      } finally {
        await rm(holdPath, { force: true });
      }
    },
  };
}

function ifAbsent(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
  throw error;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
