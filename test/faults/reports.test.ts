import { join } from 'node:path';
import { expect } from 'chai';
import { enrol } from '../../agent/identity/enrol.ts';
import type { Identity } from '../../agent/identity/identity.ts';
import { changeViewSchema } from '../../shared/api/devices.ts';
import { pageSchema } from '../../shared/api/page.ts';
import { instant } from '../../shared/instant.ts';
import { silentLog } from '../../shared/log.ts';
import { known } from '../../shared/reading.ts';
import type { ReportMessage } from '../../shared/wire/messages.ts';
import { ask, greet } from '../support/in-process-server.ts';
import { pause, until } from '../support/processes.ts';
import { createRandom } from '../support/random.ts';
import { createRest, type Rest } from '../support/rest.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { makeTempFolder } from '../support/temp-folder.ts';

const kills = 24;
const devices = 4;

/** A device that reports one new sign-in after another, and remembers which the server acknowledged. */
interface Reporter {
  identity: Identity;
  acknowledged: Set<number>;
  stop: () => void;
  done: Promise<void>;
}

describe('kill -9 of the server', function () {
  this.timeout(400_000);

  it(`loses no acknowledged report and stores none twice (${kills} random moments)`, async () => {
    const random = createRandom('moments of the kills');
    const folder = makeTempFolder();
    const env = { HOMETIME_AGENT_HOST: '127.0.0.1', HOMETIME_ADDRESS: '127.0.0.1' };
    let server = await startServerProcess({ dataFolder: folder, env });
    const token = await server.token();
    const reporters: Reporter[] = [];
    for (let number = 1; number <= devices; number += 1) reporters.push(await beginReporting(server, number));
    for (let kill = 0; kill < kills; kill += 1) {
      await pause(50 + random.below(350));
      await server.killHard();
      const { dataFolder, peoplePort, agentPort } = server;
      server = await startServerProcess({ dataFolder, peoplePort, agentPort, env });
    }
    const haveGoneOn = async () =>
      reporters.every(({ acknowledged }) => acknowledged.size > kills) ? true : undefined;
    await until('every device to be heard', haveGoneOn, { withinMs: 60_000 });
    for (const reporter of reporters) reporter.stop();
    await Promise.all(reporters.map((reporter) => reporter.done));
    const rest = createRest(server.url, token);
    for (const { identity, acknowledged } of reporters) {
      const stored = await peopleReported(rest, identity.deviceId);
      expect(stored).to.have.length(new Set(stored).size);
      expect(acknowledged.size).to.be.greaterThan(kills);
      expect(stored).to.include.members([...acknowledged].map((sequence) => `p${sequence}`));
    }
    await server.stop();
  });
});

async function beginReporting(server: ServerProcess, number: number): Promise<Reporter> {
  const link = await server.enrolLink(`Tablet ${number}`, ['--address', '127.0.0.1']);
  const identity = await enrol({
    link,
    dataFolder: join(makeTempFolder(), 'agent'),
    platform: 'simulated',
    log: silentLog,
  });
  const acknowledged = new Set<number>();
  let stopped = false;
  const report = async (): Promise<void> => {
    let sequence = 1;
    while (!stopped) {
      // As the agent does: the oldest unacknowledged report again and again, across every break.
      await untilBroken(identity, async (send) => {
        while (!stopped && (await send(reportOf(identity, sequence)))) {
          acknowledged.add(sequence);
          sequence += 1;
        }
      });
      await pause(20);
    }
  };
  const stop = () => {
    stopped = true;
  };
  return { identity, acknowledged, stop, done: report() };
}

async function untilBroken(
  identity: Identity,
  work: (send: (report: ReportMessage) => Promise<boolean>) => Promise<void>,
): Promise<void> {
  const connection = await greet(identity).catch(() => undefined);
  if (connection === undefined) return;
  const { socket } = connection;
  const broken = new Promise<boolean>((resolve) => socket.once('disconnect', () => resolve(false)));
  const send = (report: ReportMessage) =>
    Promise.race([
      broken,
      ask(socket, 'report', report)
        .then((answer) => answer.ok)
        .catch(() => false),
    ]);
  await work(send);
  socket.disconnect();
}

function reportOf({ epoch }: Identity, sequence: number): ReportMessage {
  const at = instant(Date.now());
  const session = {
    id: '1',
    person: `p${sequence}`,
    where: 'console',
    since: null,
    activity: 'active',
    locked: null,
  } as const;
  return { epoch, sequence, at, sections: { sessions: known({ sessions: [session] }, at) } };
}

/** Everybody a device's history of changes names, once for each time. */
async function peopleReported(rest: Rest, deviceId: string): Promise<string[]> {
  const people: string[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const query: string = cursor === '' ? '' : `&cursor=${cursor}`;
    const page = pageSchema(changeViewSchema).parse(
      (await rest.get(`/devices/${deviceId}/changes?limit=500${query}`)).body,
    );
    for (const { reading } of page.items) {
      if (reading.sessions?.state === 'known')
        people.push(...reading.sessions.value.sessions.map((session) => session.person));
    }
    cursor = page.nextCursor;
  }
  return people;
}
