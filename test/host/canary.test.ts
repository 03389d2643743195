import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { type DeviceView, deviceViewSchema } from '../../shared/api/devices.ts';
import { fullReportSchema, sectionNames } from '../../shared/report/report.ts';
import { type AgentProcesses, createAgentProcesses } from '../support/agent-process.ts';
import { type Canary, createCanaries, findCanaries, type Haystack } from '../support/canaries/canary.ts';
import {
  type Planted,
  person,
  personalApp,
  plantHome,
  resourceFolder,
  signedInApp,
} from '../support/canaries/planted-home.ts';
import { changePolicyOver } from '../support/change-policy.ts';
import { must, type Running, run, until } from '../support/processes.ts';
import { projectFolder } from '../support/programs.ts';
import type { Rest } from '../support/rest.ts';
import { restInside, type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { skipUnless } from '../support/skip.ts';
import { makeTempFolder } from '../support/temp-folder.ts';

/** Everything below a folder, as it lies on the disk. */
function filesBelow(folder: string, where: string): Haystack[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ where: `${where}: ${path.slice(folder.length)}`, bytes: readFileSync(path) }));
}

/** Names of files are words too. */
function namesBelow(folder: string, where: string): Haystack {
  return { where: `${where}, names of files`, bytes: Buffer.from(readdirSync(folder, { recursive: true }).join('\n')) };
}

const said = (where: string, text: string): Haystack => ({ where, bytes: Buffer.from(text) });

/** In a network namespace with nothing but its own loopback: no probe reaches anything. */
describe('a real agent on a real disk full of canaries (privacy rule)', function () {
  this.timeout(120_000);
  const namespace = `htcanary${process.pid}`;
  const inside = ['ip', 'netns', 'exec', namespace];
  const folder = makeTempFolder();
  const recorded = join(folder, 'recorded');
  const canaries = createCanaries();
  const found: Haystack[] = [];
  let planted: Planted;
  let server: ServerProcess;
  let rest: Rest;
  let agent: AgentProcesses;
  let running: Running | undefined;
  let device: DeviceView;

  before(async function () {
    skipUnless(this, 'linux', 'root', 'netns', 'ip', 'unshare');
    planted = await plantHome(join(folder, 'disk'), canaries.plant);
    mkdirSync(recorded);
    await must(['ip', 'netns', 'add', namespace]);
    await must(['ip', '-n', namespace, 'link', 'set', 'lo', 'up']);
    const env = { HOMETIME_LOG_LEVEL: 'debug', HOMETIME_ADDRESS: '127.0.0.1', HOMETIME_AGENT_HOST: '127.0.0.1' };
    const recording = {
      NODE_OPTIONS: `--import=${join(projectFolder, 'test/support/canaries/record-sockets.mjs')}`,
      HOMETIME_TEST_RECORD_TO: recorded,
    };
    server = await startServerProcess({
      prefix: inside,
      peoplePort: 8080,
      agentPort: 8443,
      env: { ...env, ...recording },
    });
    rest = restInside(server, inside, await server.token());
    // The planted /etc in place of the system's, seen by the agent alone.
    const seen = { '/etc': planted.etc, ...planted.temporaryToo };
    const mounts = Object.entries(seen).map(([place, folder]) => `mount --bind '${folder}' ${place} && `);
    const disk = ['unshare', '-m', 'sh', '-c', `${mounts.join('')}exec "$@"`, 'sh'];
    agent = createAgentProcesses({
      prefix: [...inside, ...disk],
      env: { ...env, HOME: planted.home, TMPDIR: planted.temporary },
    });
  });

  after(async () => {
    await running?.stop();
    await server?.stop();
    if (planted !== undefined) await run(['ip', 'netns', 'del', namespace]);
  });

  const look = async (): Promise<DeviceView> => deviceViewSchema.parse((await rest.get(`/devices/${device.id}`)).body);

  it('reports every section, and sees what was planted: else finding no canary would prove nothing', async () => {
    await changePolicyOver(rest, { resourceFolder });
    const link = await server.enrolLink('Laptop', ['--kind', 'laptop', '--child-facing']);
    await agent.enrol(link);
    running = agent.run();
    const id = new URLSearchParams(new URL(link).hash.slice(1)).get('device') ?? '';
    const isAnswered = async () => {
      const { body } = await rest.get(`/devices/${id}`);
      device = deviceViewSchema.parse(body);
      const { photos } = device.sections;
      const isCounted = photos.state === 'known' && photos.value.atLeast.photos >= planted.photos;
      const unasked = sectionNames.filter((name) => {
        const reading = device.sections[name];
        return reading.state === 'unknown' && reading.reason === 'not-asked-yet';
      });
      return unasked.length === 0 && isCounted ? true : undefined;
    };
    await until('every section, and all photos', isAnswered, { withinMs: 60_000, everyMs: 500 });
    const { photos, apps } = device.sections;
    if (photos.state === 'unknown') throw new Error('the photos are unknown');
    expect(photos.value.atLeast).to.include({ photos: planted.photos, videos: planted.videos });
    const kept = photos.value.places.find(({ place }) => place === 'resources')?.count;
    expect(kept?.state === 'known' && kept.value.photos).to.equal(planted.resources);
    if (apps.state === 'unknown') throw new Error(`the sign-ins are unknown: ${apps.reason}`);
    for (const app of [signedInApp, personalApp]) {
      expect(apps.value.apps.find((one) => one.app === app)?.answer, app).to.equal('signed-in');
      expect(apps.value.signIns.some((one) => one.app === app && one.person === person)).to.equal(true);
    }
  });

  it('carries out an order, and reports on its own, with the same disk before it', async () => {
    const order = { kind: 'refresh', args: {}, reason: 'the canary run' };
    expect((await rest.send('POST', `/devices/${device.id}/commands`, order)).status).to.equal(202);
    await until('the order’s end', async () => ((await look()).openCommands.length === 0 ? true : undefined), {
      withinMs: 60_000,
      everyMs: 500,
    });
    for (const args of [
      ['report', '--json'],
      ['status', '--json'],
    ]) {
      const { code, stdout, stderr } = await agent.attempt(args);
      expect(code, stderr).to.equal(0);
      found.push(said(`${args.join(' ')}, what it printed`, stdout), said(`${args.join(' ')}, its log`, stderr));
      if (args[0] === 'report')
        expect(fullReportSchema.parse(JSON.parse(stdout)).sections.photos.state).to.equal('known');
    }
  });

  it('leaves none of them anywhere: not with the server, not on the socket, not in the agent’s own files or log', async () => {
    for (const path of [`/devices/${device.id}`, `/devices/${device.id}/changes`, '/incidents', '/policy']) {
      found.push(said(`GET ${path}`, JSON.stringify((await rest.get(path)).body)));
    }
    // Once as a running server and agent have them, with the log of the database; and once after their end.
    found.push(...filesBelow(server.dataFolder, 'server'), ...filesBelow(agent.dataFolder, 'agent'));
    expect(
      found.some(({ where }) => /server: .*-wal$/.test(where)),
      'the database’s log',
    ).to.equal(true);
    await running?.stop();
    await server.stop();
    found.push(...filesBelow(server.dataFolder, 'server'), ...filesBelow(agent.dataFolder, 'agent'));
    found.push(namesBelow(server.dataFolder, 'server'), namesBelow(agent.dataFolder, 'agent'));
    found.push(said('the server’s log', server.process.stderr() + server.process.stdout()));
    found.push(said('the agent’s log', (running?.stderr() ?? '') + (running?.stdout() ?? '')));
    const socket = filesBelow(recorded, 'socket');
    found.push(...socket);

    // The server's end of every connection: what it received is what the agent sent.
    const passed: Record<string, string[]> = { received: ['hello', 'report', 'move'], sent: ['capsule', 'command'] };
    for (const [way, events] of Object.entries(passed)) {
      const frames = Buffer.concat(socket.filter(({ where }) => where.includes(way)).map(({ bytes }) => bytes));
      for (const event of events) expect(frames.includes(`"${event}"`), `${event}, ${way}`).to.equal(true);
    }
    for (const part of ['kept/photo-folders', 'kept/settings', 'agent.db']) {
      expect(
        found.some(({ where }) => where.includes(`agent: /${part}`)),
        part,
      ).to.equal(true);
    }
    expect(findCanaries(canaries.all, found)).to.deep.equal([]);
  });

  it('leaves no copy of a browser’s store behind', () => {
    for (const folder of [planted.temporary, ...Object.values(planted.temporaryToo)])
      expect(readdirSync(folder), folder).to.deep.equal([]);
  });

  it('would have found them: each is found on the disk on which it was planted', () => {
    const disk = [...filesBelow(join(folder, 'disk', 'people'), 'disk'), ...filesBelow(planted.etc, 'disk')];
    const names = [namesBelow(join(folder, 'disk', 'people'), 'disk')];
    const missed = canaries.all.filter((canary) => findCanaries([canary], [...disk, ...names]).length === 0);
    expect(missed).to.deep.equal([]);
    expect(canaries.all.length).to.be.greaterThan(30);
  });
});

describe('the search for canaries', () => {
  const canary: Canary = { what: 'a test', word: 'canary0123456789abcdef' };
  const forms: Record<string, Buffer> = {
    plain: Buffer.from(`x${canary.word}x`),
    'two bytes a letter': Buffer.from(`x${canary.word}`, 'utf16le'),
    hexadecimal: Buffer.from(Buffer.from(`x${canary.word}`).toString('hex')),
    'base64, at its beginning': Buffer.from(Buffer.from(`${canary.word}xyz`).toString('base64')),
    'base64, one byte in': Buffer.from(Buffer.from(`x${canary.word}xyz`).toString('base64')),
    'base64, two bytes in': Buffer.from(Buffer.from(`xy${canary.word}xyz`).toString('base64')),
  };
  for (const [form, bytes] of Object.entries(forms)) {
    it(`finds one in this form: ${form}`, () => {
      expect(findCanaries([canary], [{ where: 'here', bytes }])).to.have.length(1);
    });
  }
});
