import { z } from 'zod';
import { type Instant, instant } from '../../../shared/instant.ts';

/** `busctl --json=short call … ListSessions`: id, uid, name, seat, object path of each session. */
const listSessionsSchema = z.object({
  type: z.literal('a(susso)'),
  data: z.tuple([z.array(z.tuple([z.string(), z.int(), z.string(), z.string(), z.string()]))]),
});

/** The ids of logind's sessions; undefined: not understood. Without a single session the list is empty, and says so. */
export function parseListSessions(text: string): string[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const parsed = listSessionsSchema.safeParse(value);
  return parsed.success ? parsed.data.data[0].map(([id]) => id) : undefined;
}

/**
 * The first column of `loginctl list-sessions --no-legend`, for systems without
 * busctl (elogind) or with one that knows no JSON (systemd before 240). Every
 * version prints the id first and then the uid; a line of another form means
 * the text is not understood.
 */
export function parseSessionTable(text: string): string[] | undefined {
  const ids: string[] = [];
  for (const line of text.split(/\r?\n/)) {
    if (line.trim() === '') continue;
    const match = /^\s*([A-Za-z0-9]{1,32})\s+\d+\s+\S/.exec(line);
    if (match?.[1] === undefined) return undefined;
    ids.push(match[1]);
  }
  return ids;
}

/** One session as logind describes it, before it is judged. */
export interface LogindSession {
  id: string;
  name: string;
  type: string;
  class: string;
  state: string;
  remote: boolean;
  locked: boolean;
  since: Instant | null;
}

/** The properties asked of `loginctl show-session`. Each needs a `-p` of its own: systemd 252 takes a list for one unknown name, and prints nothing. */
export const sessionProperties: readonly string[] = [
  'Id',
  'Name',
  'Type',
  'Class',
  'State',
  'Remote',
  'Timestamp',
  'LockedHint',
];

/**
 * Blocks of `loginctl show-session A B … -p …`: one a session, with an empty
 * line between. A block that lacks what decides is left out; the caller notices
 * that its session is not described.
 */
export function parseShowSession(text: string): LogindSession[] {
  return text.split(/\r?\n\s*\r?\n/).flatMap((block) => parseBlock(block) ?? []);
}

function parseBlock(block: string): LogindSession | undefined {
  const fields = new Map<string, string>();
  for (const line of block.split(/\r?\n/)) {
    const equals = line.indexOf('=');
    if (equals > 0) fields.set(line.slice(0, equals).trim(), line.slice(equals + 1).trim());
  }
  const id = fields.get('Id');
  const name = fields.get('Name');
  const kind = fields.get('Class');
  const state = fields.get('State');
  // All of these are printed for every session; without one the block is cut short.
  if (!id || !name || !kind || !state) return undefined;
  return {
    id,
    name,
    class: kind,
    state,
    type: fields.get('Type') ?? '',
    remote: fields.get('Remote') === 'yes',
    locked: fields.get('LockedHint') === 'yes',
    since: parseTimestamp(fields.get('Timestamp') ?? ''),
  };
}

/**
 * "Sat 2026-11-21 07:12:58 UTC". The starter of processes fixes language and
 * time zone, so a stamp in another form or zone is not guessed at: null.
 */
function parseTimestamp(text: string): Instant | null {
  const match = /^[A-Z][a-z]{2} (\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2}) UTC$/.exec(text);
  if (match === null) return null;
  const ms = Date.parse(`${match[1]}T${match[2]}Z`);
  return Number.isNaN(ms) ? null : instant(ms);
}
