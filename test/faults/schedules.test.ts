import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { expect } from 'chai';
import { verifyChain } from '../../server/audit/verify.ts';
import { type CommandState, isFinal, mayMove } from '../../shared/command/life.ts';
import { instant } from '../../shared/instant.ts';
import { createRandom } from '../support/random.ts';
import { makeTempFolder } from '../support/temp-folder.ts';
import { morning } from '../unit/agent/parts.ts';
import { testSigner } from '../unit/audit/test-signer.ts';
import { type Ending, runSchedule } from './schedules/schedule.ts';
import { type ServerLife, startServerLife } from './schedules/server-life.ts';
import type { Place } from './schedules/world.ts';

const schedules = 500;

describe('an order, whatever goes wrong on its way', function () {
  this.timeout(600_000);

  it(`is carried out at most once, loses no outcome and never goes back (${schedules} random schedules)`, async () => {
    const random = createRandom('what goes wrong');
    const { place, deviceIds, signer, url, close } = await makePlace(schedules);
    const endings: Ending[] = [];
    for (const deviceId of deviceIds) {
      const ending = await runSchedule(place, deviceId, random);
      check(ending, `schedule ${endings.length + 1}: ${JSON.stringify(ending)}`);
      endings.push(ending);
    }
    await close();
    const last = await startServerLife({
      ...quiet,
      url,
      signer,
      clock: { now: () => morning },
      signingKey: newKey().signingKey,
    });
    expect(await verifyChain({ db: last.db, signer }, place.settingId)).to.include({ intact: true });
    await last.stop();
    // Schedules in which nothing came to pass would prove nothing.
    const verified = endings.filter(({ state }) => state === 'verified').length;
    expect(verified, 'verified').to.be.greaterThan(schedules / 3);
    expect(endings.filter(({ state }) => state === 'failed').length, 'broken off').to.be.greaterThan(0);
  });
});

function check({ acts, signedIn, journal, state, way, evidenceAfter }: Ending, told: string): void {
  expect(acts, told).to.be.at.most(1);
  expect(state !== undefined && isFinal(state as CommandState), told).to.equal(true);
  // Once cancelled it never reaches the device; otherwise both tell the same end.
  expect(journal, told).to.equal(state === 'cancelled' ? undefined : state);
  if (state === 'verified')
    expect({ signedIn, acts, evidenceAfter }, told).to.deep.equal({ signedIn: false, acts: 1, evidenceAfter: 0 });
  if (acts === 0) expect(signedIn, told).to.equal(true);
  for (const [index, to] of way.slice(1).entries())
    expect(mayMove(way[index] as CommandState, to as CommandState), told).to.equal(true);
}

const quiet = { at: () => {}, send: () => {}, isConnected: () => false };

async function makePlace(count: number) {
  const { commandKey, signingKey } = newKey();
  const signer = testSigner();
  const url = `sqlite:${join(makeTempFolder(), 'hometime.db')}`;
  const clock = { at: morning };
  const common = { url, signer, signingKey, clock: { now: () => clock.at } };
  const settingId = randomUUID();
  const at = instant(morning);
  const maker = await startServerLife({ ...common, ...quiet });
  await maker.db('settings').insert({ id: settingId, name: 'Oak', time_zone: 'Europe/London', created_at: at });
  await maker.audit(maker.db, { settingId, actor: 'server', action: 'setting.made' });
  const deviceIds = Array.from({ length: count }, () => randomUUID());
  for (const [index, id] of deviceIds.entries())
    await maker.db('devices').insert({
      ...{
        id,
        setting_id: settingId,
        name: `Tablet ${index}`,
        kind: 'tablet',
        child_facing: false,
        platform: 'simulated',
      },
      ...{ epoch: 1, enrolled_at: at, created_at: at },
    });
  await maker.stop();
  let running: ServerLife[] = [];
  const place: Place = {
    settingId,
    clock,
    commandKey,
    servers: () => running,
    async startServer({ at: moment, send, isConnected }) {
      const begun = await startServerLife({
        ...common,
        at: moment,
        isConnected,
        send: (_id, envelope) => send(envelope),
      });
      running = [...running.filter((server) => !server.isGone()), begun];
      return begun;
    },
  };
  const close = async () => {
    for (const server of running) await server.stop();
  };
  return { place, deviceIds, signer, url, close };
}

function newKey() {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return {
    commandKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    signingKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}
