import { z } from 'zod';

/** What a locked device shows: eight characters as two groups of four, "K7QM-2XVD". Lower case and lost hyphens are mended. */
export const releaseChallengeSchema = z
  .string()
  .max(30)
  .meta({ freeText: 'typed as read out over the telephone; only what a device shows passes' })
  .transform((typed) => normalisedLetters(typed))
  .pipe(z.string().regex(/^[0-9A-HJKMNP-TV-Z]{8}$/, 'is not what a locked device shows: eight letters and digits'))
  .transform(groupedLetters);

/** As one types it or reads it over the telephone: blanks and hyphens gone, O as 0, I and L as 1. */
export function normalisedLetters(typed: string): string {
  return typed.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1');
}

/** Eight letters as two groups of four. */
export function groupedLetters(letters: string): string {
  return `${letters.slice(0, 4)}-${letters.slice(4)}`;
}
