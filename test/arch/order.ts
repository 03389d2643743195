import { posix } from 'node:path';

/** One row of the order of imports: what a room may import besides itself, and why no more. */
export interface Row {
  /** A folder or a file; the longest that fits a file is its room. */
  room: string;
  mayImport: readonly string[];
  /** Only files that lie directly in it: its folders have rows of their own. */
  filesOnly?: true;
  because: string;
}

const server = ['shared', 'server/rhythm', 'server/storage', 'server/audit'] as const;
const feature = [...server, 'server/http'] as const;
const nounsAlone = 'what joins two nouns is passed in by app.ts, so that each can be read, tested and moved alone';

/** The order of imports (README, "How it is built"). What is not allowed here is forbidden. */
export const rows: readonly Row[] = [
  { room: 'shared', mayImport: [], because: 'the contract is a leaf: both sides and the dashboard stand on it' },

  {
    room: 'agent/platform',
    mayImport: ['shared'],
    because: 'what differs by system knows nothing of what is done with it',
  },
  { room: 'agent/probe', mayImport: ['shared', 'agent/platform'], because: 'asking is apart from telling' },
  { room: 'agent/store', mayImport: ['shared'], because: 'the store keeps; it knows neither network nor system' },
  { room: 'agent/identity', mayImport: ['shared'], because: 'keys are handled where nothing else is' },
  { room: 'agent/transport', mayImport: ['shared'], because: 'the transport carries; it does not know what' },
  {
    room: 'agent/report',
    mayImport: ['shared', 'agent/platform', 'agent/probe'],
    because: 'store and transport are passed in',
  },
  {
    room: 'agent/command',
    mayImport: ['shared', 'agent/platform', 'agent/probe'],
    because: 'store and transport are passed in',
  },
  {
    room: 'agent/guard',
    mayImport: ['shared', 'agent/platform', 'agent/probe'],
    because: 'it must hold with no server in reach',
  },
  {
    room: 'agent/beacon',
    mayImport: ['shared', 'agent/platform'],
    because: 'it adds one piece of evidence to a reading; what is made of it is policy',
  },
  { room: 'agent/closing', mayImport: ['shared'], because: 'what signs people out is passed in: orders do it as well' },
  {
    room: 'agent/explain',
    mayImport: ['shared', 'agent/platform'],
    because: 'it tells what was asked and answered; it asks nothing itself',
  },
  { room: 'agent', mayImport: ['shared', 'agent'], filesOnly: true, because: 'here the parts are joined' },

  { room: 'server/rhythm', mayImport: ['shared'], because: 'it knows when something is done, and not what' },
  { room: 'server/storage', mayImport: ['shared', 'server/rhythm'], because: 'the database knows no feature' },
  { room: 'server/audit', mayImport: ['shared', 'server/storage'], because: 'every feature writes to it' },
  { room: 'server/http', mayImport: server, because: 'the edge knows routes by the contract, not by feature' },
  { room: 'server/people', mayImport: feature, because: nounsAlone },
  { room: 'server/enrolment', mayImport: feature, because: nounsAlone },
  { room: 'server/devices', mayImport: feature, because: nounsAlone },
  { room: 'server/calendar', mayImport: feature, because: nounsAlone },
  { room: 'server/policy', mayImport: feature, because: nounsAlone },
  { room: 'server/commands', mayImport: feature, because: nounsAlone },
  { room: 'server/incidents', mayImport: feature, because: nounsAlone },
  { room: 'server/holds', mayImport: feature, because: nounsAlone },
  { room: 'server/security', mayImport: feature, because: nounsAlone },
  { room: 'server/notify', mayImport: feature, because: nounsAlone },
  { room: 'server/guard', mayImport: feature, because: nounsAlone },
  { room: 'server/hometime', mayImport: feature, because: nounsAlone },
  { room: 'server/settings', mayImport: feature, because: nounsAlone },
  { room: 'server/beacon', mayImport: feature, because: nounsAlone },
  {
    room: 'server/ingest',
    mayImport: [...feature, 'server/devices', 'server/policy', 'server/commands', 'server/incidents'],
    because: 'a report touches them all in one transaction',
  },
  {
    room: 'server/realtime',
    mayImport: [...feature, 'server/devices', 'server/policy', 'server/commands', 'server/incidents', 'server/ingest'],
    because: 'sockets carry to ingest and commands, and back; nothing imports them',
  },
  { room: 'server/dashboard', mayImport: ['shared'], because: 'a page sees the server only through the contract' },
  { room: 'server', mayImport: ['shared', 'server'], filesOnly: true, because: 'here the parts are joined' },
];

/** Only these may import main.ts, agent.ts, server.ts or app.ts: `rows` alone would let a feature's parent do it. */
export const tops: Readonly<Record<string, readonly string[]>> = {
  'agent/agent.ts': ['agent/main.ts', 'agent/command-line.ts'],
  'server/server.ts': ['server/main.ts', 'server/command-line.ts'],
  'server/app.ts': ['server/server.ts'],
  'agent/main.ts': [],
  'server/main.ts': [],
};

export function isUnder(path: string, room: string): boolean {
  return path === room || path.startsWith(`${room}/`);
}

/** The row of a file: the longest room that holds it. A folder without a row has none. */
export function rowOf(path: string): Row | undefined {
  return rows
    .filter((row) => (row.filesOnly ? posix.dirname(path) === row.room : isUnder(path, row.room)))
    .sort((a, b) => b.room.length - a.room.length)[0];
}
