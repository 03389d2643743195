import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sqlite3 from 'sqlite3';
import { loginAs, sessionsOf, signEverybodyOut } from '../../test/support/laptop-people.ts';
import { pause, until } from '../../test/support/processes.ts';
import { agentProgram, endIn, type Scene } from './laptop.ts';
import { type Measure, median } from './measure.ts';

/** A bare watcher on the laptop: when it could first have known of a session. */
const watcher = `
const { watch } = require('node:fs');
const seen = new Set();
watch('/run/systemd/sessions', (_kind, name) => {
  if (!/^[A-Za-z0-9]+$/.test(name ?? '') || seen.has(name)) return;
  seen.add(name);
  process.stdout.write('session ' + name + ' ' + Date.now() + '\\n');
});
process.stdout.write('watching\\n');`;

/** From logind's own time of a sign-in at the console to the committed row in the server's database. */
export async function measureLogin(scene: Scene, pairs: number): Promise<Measure[]> {
  const { laptop, server } = scene;
  const { dataFolder, deviceId } = await scene.enrol('login');
  const agent = laptop.start(['node', agentProgram, 'run', '--data', dataFolder]);
  const bare = laptop.start(['node', '-e', watcher]);
  const rows = openRows(join(server.dataFolder, 'hometime.db'), deviceId);
  const floor: number[] = [];
  const ours: number[] = [];
  try {
    await scene.untilOnline(deviceId);
    await bare.said(/watching/);
    await pause(5_000);
    for (let pair = 0; pair < pairs; pair += 1) {
      const before = await rows.newest();
      const person = await loginAs(laptop, 'alice');
      const { value } = await until('the row', () => rows.naming('alice', before), { withinMs: 20_000, everyMs: 5 });
      const [session] = await sessionsOf(laptop);
      const began = await beganAt(scene, session?.id ?? '');
      const seen = Number((await bare.said(new RegExp(`session ${session?.id} (\\d+)`)))[1]);
      floor.push(seen - began);
      ours.push(value - began);
      await signEverybodyOut(laptop);
      await person.ended;
      await pause(3_000);
    }
  } finally {
    await rows.close();
    await endIn(agent);
    await endIn(bare);
  }
  return [
    {
      what: 'a sign-in on the device to its committed row on the server',
      ...{ unit: 'ms', floor: [], ours, reach: { atMost: 2_000 } },
      // A millisecond at most, and less than nothing where logind names the file before its time: no ratio says anything.
      floorIs: `a bare file watcher on the laptop hears of the session after ${median(floor).toFixed(1)} ms`,
      note: 'from the time logind gives the session; the row is looked for every 5 ms',
    },
  ];
}

/** logind's time of a session, milliseconds since 1970: the microseconds it wrote into the session's file. */
async function beganAt({ laptop }: Scene, id: string): Promise<number> {
  const text = await laptop.must(['cat', `/run/systemd/sessions/${id}`]);
  const microseconds = /^REALTIME=(\d+)$/m.exec(text)?.[1];
  if (microseconds === undefined) throw new Error(`logind wrote no time: ${readFileSync('/proc/uptime', 'utf8')}`);
  return Number(microseconds) / 1000;
}

/** Looks into the server's own database, beside the server. */
function openRows(file: string, deviceId: string) {
  const database = new sqlite3.Database(file, sqlite3.OPEN_READONLY);
  const all = (sql: string, ...values: (string | number)[]) =>
    new Promise<{ id: number; reading: string }[]>((resolve, reject) => {
      database.all<{ id: number; reading: string }>(sql, values, (error, rows) =>
        error ? reject(error) : resolve(rows),
      );
    });
  const newer = "select id, reading from reading_changes where device_id = ? and section = 'sessions' and id > ?";
  return {
    async newest(): Promise<number> {
      const found = await all(newer, deviceId, 0);
      return Math.max(0, ...found.map(({ id }) => id));
    },
    /** Now, when a row newer than `after` names the person. */
    async naming(person: string, after: number): Promise<number | undefined> {
      const found = await all(newer, deviceId, after);
      return found.some(({ reading }) => reading.includes(`"${person}"`)) ? Date.now() : undefined;
    },
    close: () => new Promise<void>((resolve) => database.close(() => resolve())),
  };
}
