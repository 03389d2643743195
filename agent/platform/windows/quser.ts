import { accountNameSchema } from '../../../shared/names.ts';
import type { Session } from '../../../shared/report/sessions.ts';
import { whereOf } from './wts.ts';

interface QuserRow {
  user: string;
  station: string;
  id: string;
}

const maxText = 64 * 1024;
const maxLine = 500;

/** Letters of Chinese, Japanese and Korean, which take the room of two. */
const wideLetter = /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]/g;

/** Names of stations, the same in every language. */
const station = String.raw`(?:console|(?:rdp|ica)-tcp#\d+)`;

/**
 * The people in what `quser` printed, in whatever language (platforms.md 2.1).
 * Undefined: not understood, also when it was cut or nobody is in it: quser says
 * so in other words when nobody is signed in.
 *
 * Read are the columns of user, station and number, and only these: the words
 * for states are translated, and times are written as the country does.
 */
export function parseQuser(text: string): Session[] | undefined {
  if (text.length > maxText || !/\n\s*$/.test(text.slice(-200))) return undefined;
  const [head = '', ...lines] = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '');
  // In every language seen the number's column is headed ID. A list of stations has it at the same place, and other columns.
  if (!/^.{38,44}\bID\b/.test(head.replace(wideLetter, '$& '))) return undefined;
  const rows = lines.map((line) => (line.length > maxLine ? undefined : (byColumns(line) ?? byWords(line))));
  const sessions = rows.map((row) => (row === undefined ? undefined : toSession(row)));
  const whole = sessions.filter((session) => session !== undefined);
  return whole.length === 0 || whole.length < rows.length ? undefined : whole;
}

/** Columns: user from 1, station from 23, number up to 43, state from 46. */
function byColumns(line: string): QuserRow | undefined {
  const match = /^[ >](.{21}) (.{15}) (.{5}) {2}(\S.*)$/.exec(line);
  if (match === null) return undefined;
  const [user = '', name = '', id = ''] = match.slice(1).map((part) => part.trim());
  const isWhole = user !== '' && /^\d+$/.test(id) && (name === '' || new RegExp(`^${station}$`, 'i').test(name));
  return isWhole ? { user, station: name, id } : undefined;
}

/** For a row whose columns have moved: two spaces end a name. */
function byWords(line: string): QuserRow | undefined {
  const match = new RegExp(`^[ >]?(\\S.*?)\\s{2,}(?:(${station})\\s+)?(\\d{1,5})\\s{2,}\\S.*$`, 'i').exec(line);
  if (match === null) return undefined;
  const [, user = '', name = '', id = ''] = match;
  return { user, station: name, id };
}

function toSession({ user, station: name, id }: QuserRow): Session | undefined {
  // A line of the list of stations begins with the station, and its user would stand in the same column.
  if (/\s{2}/.test(user) || new RegExp(`^${station}$`, 'i').test(user)) return undefined;
  const person = accountNameSchema.safeParse(user);
  if (!person.success || Number(id) === 0) return undefined;
  return {
    id,
    person: person.data,
    where: whereOf(name, null),
    since: null,
    // A session without a station is disconnected (or, on some servers, a program's own): still signed in.
    activity: name === '' ? 'disconnected' : 'active',
    locked: null,
  };
}

/** What quser says on its standard error, ending with 1, when nobody is signed in. Only the English words are known for certain. */
export function saysNobody({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }): boolean {
  return code === 1 && /^\s*No User exists for \*\s*$/i.test(`${stdout}${stderr}`);
}
