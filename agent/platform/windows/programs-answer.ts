import { z } from 'zod';
import type { InstalledProgram } from '../programs/installed-program.ts';
import { readJson } from './powershell-json.ts';

const text = z.string().nullish().catch(null);
const sidSchema = z.string().regex(/^S-1(-\d{1,15}){1,20}$/);

const programSchema = z.object({ name: z.string(), version: text });
const ownSchema = z.union([
  programSchema.extend({ sid: sidSchema }),
  z.object({ sid: sidSchema, denied: z.literal(1) }),
]);

const answerSchema = z.object({
  machine: z.array(programSchema).min(1),
  own: z.array(ownSchema),
  loaded: z.array(sidSchema),
  people: z.array(sidSchema).nullish(),
  store: z.array(programSchema).nullish(),
});

/** What the lists of Windows hold. */
export interface WindowsPrograms {
  /** The whole device's. */
  machine: InstalledProgram[];
  /** Each person's own, by the account's SID; missing: that person's part of the registry is not loaded, or closed. */
  own: Map<string, InstalledProgram[]>;
  /** Everybody with a profile on the device; undefined: that list could not be read. */
  people: string[] | undefined;
  /** Everybody's apps of the store; undefined: they could not be listed. */
  store: InstalledProgram[] | undefined;
}

/** Reads the script's JSON. undefined: not understood, also when the device's own list is empty, which no Windows has. */
export function parseProgramsAnswer(json: string): WindowsPrograms | undefined {
  const answer = answerSchema.safeParse(readJson(json)).data;
  if (answer === undefined) return undefined;
  const own = new Map<string, InstalledProgram[]>(answer.loaded.map((sid) => [sid, []]));
  for (const each of answer.own) {
    if ('denied' in each) own.delete(each.sid);
    else own.get(each.sid)?.push(inRegistry(each));
  }
  // Windows always brings apps of its own: an empty list is one that was not given.
  const store = answer.store?.length ? answer.store.map(inStore) : undefined;
  return { machine: answer.machine.map(inRegistry), own, people: answer.people ?? undefined, store };
}

function inRegistry({ name, version }: z.infer<typeof programSchema>): InstalledProgram {
  return { source: 'registry', program: name, version: version || null };
}

function inStore({ name, version }: z.infer<typeof programSchema>): InstalledProgram {
  return { source: 'store', program: name, version: version || null };
}
