import type { Volume } from '../../../shared/report/encryption.ts';

/** One volume as `manage-bde -status` describes it, in whatever language. */
export interface BdeBlock {
  /** null: a volume without a letter of its own; it may lie in a folder. */
  letter: string | null;
  /** How much is encrypted; undefined: not told (a locked volume). */
  percent: number | undefined;
}

/** Size, version, conversion, percentage, method, protection, lock, identification, key protectors. */
const fieldsOfWholeBlock = 9;
const maxText = 64 * 1024;
const maxLine = 500;

/**
 * Reads `manage-bde -status` without knowing its language (platforms.md 1.1): a
 * block begins at a line with brackets at its end, and a drive letter with a
 * colon before them; the percentage is the number before `%`. Undefined: not
 * understood, also when the text was cut: it ends with an empty line, and each
 * block has all its fields.
 *
 * Whether protection is on cannot be read from words: the exit code of
 * `-protectionaserrorlevel` tells it, letter by letter.
 */
export function parseBdeStatus(text: string): BdeBlock[] | undefined {
  if (text.length > maxText || !/\S[^\n]*\r?\n[ \t]*\r?\n\s*$/.test(text.slice(-1000))) return undefined;
  const blocks: { letter: string | null; lines: string[] }[] = [];
  for (const line of text.replace(/^\uFEFF/, '').split(/\r?\n/)) {
    const letter = headLetter(line);
    const last = blocks.at(-1);
    if (letter !== undefined) blocks.push({ letter, lines: [] });
    else if (last !== undefined && line.trim() !== '') last.lines.push(line);
  }
  const read = blocks.map(readBlock);
  const whole = read.filter((block) => block !== undefined);
  return whole.length === 0 || whole.length < read.length ? undefined : whole;
}

/** The letter of a line that begins a block, null for one without a letter; undefined: another line. */
function headLetter(line: string): string | null | undefined {
  // The line below it, `[OS Volume]`, has brackets too, and fields are indented.
  if (line.length > maxLine || !/^[^\s[].*\[.*\]\s*$/.test(line)) return undefined;
  return /(?:^|[\s"'«“„])([A-Za-z]):["'»”“]?\s*\[/.exec(line)?.[1]?.toUpperCase() ?? null;
}

function readBlock({ letter, lines }: { letter: string | null; lines: string[] }): BdeBlock | undefined {
  if (letter === null) return { letter, percent: percentIn(lines) };
  const [kind = '', ...fields] = lines;
  if (!/^\[.*\]\s*$/.test(kind) || fields.some((line) => line.length > maxLine || !/^\s/.test(line))) return undefined;
  if (fields.filter((line) => /^\s+\S.*:(\s|$)/.test(line)).length < fieldsOfWholeBlock) return undefined;
  // Protectors stand in the last field or in lines below it: a field that ends with its colon was cut.
  if (/:\s*$/.test(fields.at(-1) ?? '')) return undefined;
  return { letter, percent: percentIn(fields) };
}

function percentIn(fields: readonly string[]): number | undefined {
  const percents = fields.flatMap((line) => /:.*?(\d{1,3}(?:[.,]\d+)?)[\s\u00A0]*%/.exec(line)?.[1] ?? []);
  const [percent, ...more] = percents.map((each) => Number(each.replace(',', '.')));
  return more.length > 0 || percent === undefined || percent > 100 ? undefined : percent;
}

/** What `-protectionaserrorlevel` answered about one letter: its exit code 0, 1, or another. */
export type BdeWord = 'protected' | 'not-protected' | 'unknown';

/** The state of a block, from its percentage and the exit code. Both must agree before it is protected. */
export function stateOfBlock({ percent }: BdeBlock, word: BdeWord): Volume['state'] {
  if (word === 'unknown' || percent === undefined) return 'unknown';
  if (word === 'protected') return percent === 100 ? 'protected' : 'unknown';
  if (percent === 0) return 'not-protected';
  return percent === 100 ? 'suspended' : 'converting';
}

/** The exit code for "no rights" (0x80041003), which Windows hands on as a number without a sign. */
export function isBdeDenied(code: number): boolean {
  return (code | 0) === -2147217405;
}
