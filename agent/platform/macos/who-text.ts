import { type Instant, instant } from '../../../shared/instant.ts';

/** One line of `who`. */
export interface Login {
  name: string;
  /** "console" for the screen, else a terminal: "ttys000". */
  line: string;
  since: Instant | null;
  /** Signed in from another machine. */
  remote: boolean;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const dayMs = 24 * 60 * 60 * 1000;

/**
 * `who`: the screen and each terminal; no line at all when nobody uses either.
 * undefined: a line has another form. Some terminals write no line (alacritty
 * #3420): from this list alone nobody's absence follows.
 */
export function parseWho(text: string, nowMs: number): Login[] | undefined {
  const logins: Login[] = [];
  for (const line of text.replace('\uFEFF', '').split(/\r?\n/)) {
    if (line.trim() === '') continue;
    const match =
      /^(\S+)\s+([A-Za-z0-9_-]{1,32})\s+([A-Z][a-z]{2})\s+(\d{1,2}) (\d{2}):(\d{2})\s*(?:\((\S+)\)\s*)?$/.exec(line);
    const [, name, terminal, month, day, hour, minute, host] = match ?? [];
    if (name === undefined || terminal === undefined) return undefined;
    logins.push({
      name,
      line: terminal,
      since: toInstant([months.indexOf(month ?? ''), Number(day), Number(hour), Number(minute)], nowMs),
      remote: host !== undefined && isElsewhere(host),
    });
  }
  return logins;
}

/** tmux and screen write their own name where the other machine's stands. */
function isElsewhere(host: string): boolean {
  return !host.startsWith(':') && !host.includes('(');
}

/** The line tells no year: the latest that does not lie ahead. The starter of processes fixes the zone to UTC. */
function toInstant([month = -1, day = 0, hour = 0, minute = 0]: readonly number[], nowMs: number): Instant | null {
  if (month < 0 || day < 1 || day > 31 || hour > 23 || minute > 59) return null;
  const year = new Date(nowMs).getUTCFullYear();
  const inYear = (each: number) => Date.UTC(each, month, day, hour, minute);
  const ms = inYear(year) > nowMs + dayMs ? inYear(year - 1) : inYear(year);
  // The 29th of February exists only in some years.
  return new Date(ms).getUTCDate() === day ? instant(ms) : null;
}
