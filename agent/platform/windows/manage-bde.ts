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
 * colon somewhere before them; the percentage is the number beside `%`, which
 * some languages write before it. Undefined: not understood, also when the text
 * was cut: it ends with an empty line, and each block has all its fields.
 *
 * Whether protection is on cannot be read from words: the exit code of
 * `-protectionaserrorlevel` tells it, letter by letter.
 */
export function parseBdeStatus(text: string): BdeBlock[] | undefined {
  if (text.length > maxText || !/\S[^\n]*\r?\n[ \t]*\r?\n\s*$/.test(text.slice(-1000))) return undefined;
  const blocks: { head: string; letter: string | null; lines: string[] }[] = [];
  for (const line of text.replace(/^\uFEFF/, '').split(/\r?\n/)) {
    const letter = headLetter(line);
    const last = blocks.at(-1);
    if (letter !== undefined) blocks.push({ head: line, letter, lines: [] });
    else if (last !== undefined && line.trim() !== '') last.lines.push(line);
  }
  // Whoever names a volume may write another one's letter into its name.
  const letters = blocks.flatMap(({ letter }) => letter ?? []);
  if (new Set(letters).size < letters.length) return undefined;
  const read = blocks.map((block) => readBlock(isVault(block) ? { ...block, letter: null } : block));
  const whole = read.filter((block) => block !== undefined);
  return whole.length === 0 || whole.length < read.length ? undefined : whole;
}

/** The letter of a line that begins a block, null for one without a letter; undefined: another line. */
function headLetter(line: string): string | null | undefined {
  // The line below it, `[OS Volume]`, has brackets too, and fields are indented.
  if (line.length > maxLine || !/^[^\s[].*\[.*\]\s*$/.test(line)) return undefined;
  // A backslash behind the colon: a folder in which the volume lies.
  return /(?<![\p{Lu}\p{Ll}\p{N}\\])([A-Za-z]):(?!\\)[^[]*\[/u.exec(line)?.[1]?.toUpperCase() ?? null;
}

/**
 * OneDrive's Personal Vault while it is closed (platforms.md 1.1): locked, without a
 * name or a size, its only protector an external key. It may have a letter.
 * Told by the English words alone: in another language it stays a locked volume, which is a doubt.
 */
function isVault({ head, lines }: { head: string; lines: readonly string[] }): boolean {
  const fields = lines.map((line) => line.trim().replace(/:\s+/, ': '));
  const wanted = ['Size: Unknown GB', 'Percentage Encrypted: Unknown%', 'Lock Status: Locked'];
  const protectors = fields.slice(fields.indexOf('Key Protectors:') + 1);
  const isNameless = /\[Label Unknown\]\s*$/.test(head) && wanted.every((field) => fields.includes(field));
  return isNameless && protectors.length === 1 && protectors[0] === 'External Key';
}

function readBlock({ letter, lines }: { letter: string | null; lines: string[] }): BdeBlock | undefined {
  // Without a letter nothing else tells whether it is closed: it must say so itself, by a percentage that is not told.
  if (letter === null)
    return lines.some((line) => /[%％]/.test(line)) ? { letter, percent: percentsIn(lines)[0] } : undefined;
  const [kind = '', ...fields] = lines;
  if (!/^\[.*\]\s*$/.test(kind) || fields.some((line) => line.length > maxLine || !/^\s/.test(line))) return undefined;
  // A label that fills its column stands right before its value.
  if (fields.filter((line) => /^\s+\S.*[:：]/.test(line)).length < fieldsOfWholeBlock) return undefined;
  // Protectors stand in the last field or in lines below it: a field that ends with its colon was cut.
  if (/[:：]\s*$/.test(fields.at(-1) ?? '')) return undefined;
  const [percent, ...more] = percentsIn(fields);
  return { letter, percent: more.length > 0 || (percent ?? 0) > 100 ? undefined : percent };
}

const number = String.raw`(\d{1,3}(?:[.,]\d+)?)`;
const percentage = new RegExp(String.raw`[:：].*?(?:(?<![\d.,])${number}\s*[%％]|[%％]\s*${number}(?![\d.,]))`);

function percentsIn(fields: readonly string[]): number[] {
  return fields.flatMap((line) => {
    const [, before, behind] = percentage.exec(line) ?? [];
    const found = before ?? behind;
    return found === undefined ? [] : [Number(found.replace(',', '.'))];
  });
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
