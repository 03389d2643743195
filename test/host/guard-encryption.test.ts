import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { policyViewSchema } from '../../shared/api/policy.ts';
import { createAgentProcesses } from '../support/agent-process.ts';
import { must, until } from '../support/processes.ts';
import { createRest } from '../support/rest.ts';
import { startServerProcess } from '../support/server-process.ts';
import { laptopInAMachine, skipUnless } from '../support/skip.ts';
import { makeTempFolder, removeTempFolder } from '../support/temp-folder.ts';
import { agentInside, makeVm, type Vm } from '../support/vm.ts';
import { createDisks } from '../support/vm-disks.ts';

const tell = (line: string) => process.stdout.write(`    ${line}\n`);
const data = '/var/lib/hometime';
const lock = '/var/lib/hometime-lock/locked';

/**
 * A laptop with real disks, off the premises, with rules that block at once and no server in reach. The rules come as they
 * come to every device: from a real server, to a real agent, which here only plays a device, and whose folder is then the laptop's.
 */
describe('the guard and real disks (DEV1)', function () {
  this.timeout(400_000);
  let vm: Vm;
  let disks: ReturnType<typeof createDisks>;
  let folder: string;

  before(async function () {
    this.timeout(900_000);
    skipUnless(this, ...laptopInAMachine);
    folder = await enrolledFolder();
    vm = await makeVm();
    disks = createDisks(vm);
    // Every way in is to be one that the lock can close; the lab's own door is not.
    await vm.must("sed -i 's/UsePAM no/UsePAM yes/' /etc/ssh/sshd_config.d/lab.conf && systemctl restart ssh");
    // All of it: a guard whose note is missing blocks, and rightly.
    await must(['tar', '-C', folder, '-cf', join(folder, 'kept.tar'), 'identity', 'kept', 'agent.db']);
    const kept = (await must(['base64', '-w0', join(folder, 'kept.tar')])).trim();
    await vm.must(`mkdir -p ${data} && base64 -d | tar -C ${data} --no-same-owner -xf -`, { input: kept });
    // The lab's network tells of no way out; this one leads nowhere, and is not the setting's.
    await vm.must('ip route show default | grep -q . || ip route add default via 10.0.2.2');
    await vm.must(`setsid node ${agentInside} run --data ${data} >/run/agent.log 2>&1 </dev/null &`);
    await until(
      'the agent',
      async () => ((await vm.exec('grep agent-started /run/agent.log')).code === 0 ? true : undefined),
      {
        withinMs: 120_000,
        everyMs: 500,
      },
    );
  });

  after(async function () {
    this.timeout(60_000);
    await vm?.remove();
    if (folder !== undefined) removeTempFolder(folder);
  });

  /** What a device keeps of its enrolment, with the rules of its setting. */
  async function enrolledFolder(): Promise<string> {
    const server = await startServerProcess();
    try {
      const rest = createRest(server.url, await server.token());
      const { version, policy } = policyViewSchema.parse((await rest.get('/policy')).body);
      const offSite = { ...policy.switches.offSite, warningMinutes: 0 };
      const networks = [{ gatewayHardwareAddress: '02:00:00:00:77:01', label: 'The office' }];
      const body = {
        basedOn: version,
        reason: 'at once',
        policy: { ...policy, networks, switches: { ...policy.switches, offSite } },
      };
      const changed = await rest.send('PUT', '/policy', body);
      expect(changed.status, JSON.stringify(changed.body)).to.equal(200);
      const agent = createAgentProcesses();
      const played = join(makeTempFolder(), 'device');
      mkdirSync(played);
      writeFileSync(join(played, 'device.json'), JSON.stringify({ encryption: { unknown: 'permission-denied' } }));
      const address = ['--kind', 'laptop', '--address', '127.0.0.1'];
      await agent.enrol(await server.enrolLink('The laptop with disks', address));
      const running = agent.run(['--simulate', played]);
      await running.said(/settings-taken/, 30_000);
      await running.stop();
      return agent.dataFolder;
    } finally {
      await server.stop();
    }
  }

  const isLocked = async () => (await vm.exec(`test -e ${lock}`)).code === 0;
  const journal = async () => (await vm.exec('tail -n 30 /run/agent.log')).stdout;

  /** Whether a person gets in: by the system's own answer to "may this account sign in". */
  const aliceGetsIn = async () => (await vm.exec("su alice -c 'echo IN'")).stdout.includes('IN');

  async function becomes(locked: boolean, what: string): Promise<void> {
    const is = async () => ((await isLocked()) === locked ? true : undefined);
    const { ms } = await until(what, is, { withinMs: 240_000, everyMs: 1_000 }).catch(async (error: unknown) => {
      throw new Error(await journal(), { cause: error });
    });
    tell(`${what}: ${ms} ms`);
  }

  it('never blocks a protected laptop off the premises, however often it looks', async () => {
    // It notes down where it was seen: then it has judged, and by a known place.
    const hasJudged = async () =>
      (await vm.exec(`grep -rqE 'last[^,]*off-site' ${data}/kept`)).code === 0 ? true : undefined;
    await until('a first judgement', hasJudged, { withinMs: 240_000, everyMs: 1_000 });
    for (let look = 0; look < 10; look += 1) {
      expect(await isLocked(), await journal()).to.equal(false);
      await new Promise((resolve) => setTimeout(resolve, 10_000));
    }
    expect(await aliceGetsIn()).to.equal(true);
    expect(await journal()).to.not.include('guard-moved');
  });

  it('blocks it as soon as a plain disk is part of it, and lets go when it is protected again', async () => {
    await disks.mountPlain(vm.disks.one, '/srv');
    await becomes(true, 'blocked, for a disk of it lies in the open');
    expect(await aliceGetsIn()).to.equal(false);
    expect(await journal()).to.include('unprotected-off-site');
    await disks.blank();
    await becomes(false, 'let go, for it is protected');
    expect(await aliceGetsIn()).to.equal(true);
    expect(await journal()).to.include('protected-now');
  });
});
