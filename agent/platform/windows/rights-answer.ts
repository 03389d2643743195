import { z } from 'zod';
import { readJson } from './powershell-json.ts';

/** Numbers only; one that is missing or of another kind proves nothing. */
const number = z.int().nullish().catch(null);

/** A value of the registry, kept as a number or as digits. null: it is not set, which is not the same as one that is no number. */
const digits = z
  .union([z.string(), z.int().transform(String)])
  .transform((word) => (/^\s*\d{1,10}\s*$/.test(word) ? Number(word) : ('no-number' as const)))
  .nullish()
  .catch('no-number');
const text = z.string().nullish().catch(null);

const screenSchema = z.object({
  sid: z.string(),
  /** 1: what a policy sets, which goes before what the person has chosen. */
  policy: z.int(),
  active: digits,
  secure: digits,
  after: digits,
  /** Seconds after waking in which no password is asked for; "never" is -1, and no number here. */
  delay: digits,
  /** 1: the screen saver named is there, 0: none is named, or what is named is not there. null: it cannot be told. */
  program: number,
});
export type ScreenRow = z.infer<typeof screenSchema>;

/** A list of the security centre: the state of each product in bits, or the number of the error. */
const productsSchema = z
  .object({ states: z.array(z.int().min(0).max(0xffff_ffff)).nullish().catch(null), code: number })
  .nullish()
  .catch(null);
export type Products = z.infer<typeof productsSchema>;

const answerSchema = z.object({
  owners: z.array(z.unknown()),
  administrators: z.array(z.string()).nullish().catch(null),
  /**
   * Seconds until sleep on mains and on battery (0: never), whether waking asks for the
   * password on each (1 or 0), and whether the hardware can sleep (1 or 0).
   */
  power: z.tuple([z.int(), z.int(), z.int(), z.int(), z.int()]).nullish().catch(null),
  /** 1: policies stand above the power plan, 0: none does. */
  powerPolicy: number,
  inactivity: digits,
  inactivityRead: number,
  screens: z.array(screenSchema).catch([]),
  /** `on` is null where it is not set: one that is missing, or of another kind, must not pass for that. */
  signIn: z
    .object({ on: z.union([z.string(), z.int().transform(String)]).nullable(), user: text, domain: text, host: text })
    .nullish()
    .catch(null),
  profiles: z.array(z.int()).nullish().catch(null),
  firewallService: number,
  centreService: number,
  firewalls: productsSchema,
  antivirus: productsSchema,
  /** `passive` is 1 where it only looks on, beside another product or none: it says "on" of itself then too. */
  defender: z.object({ on: number, live: number, age: number, passive: number }).nullish().catch(null),
});
export type RightsAnswer = z.infer<typeof answerSchema>;

/** Reads the script's JSON. undefined: not understood. */
export function parseRightsAnswer(json: string): RightsAnswer | undefined {
  return answerSchema.safeParse(readJson(json)).data;
}
