import { generateKeyPairSync } from 'node:crypto';
import { z } from 'zod';
import { enrol } from '../../agent/identity/enrol.ts';
import { writeDocument } from '../../agent/identity/identity.ts';
import { releaseKeyOf } from '../../server/policy/release-key.ts';
import { lockStateSchema } from '../../shared/command/kind/lock.ts';
import { type CommandOrder, commandEvidenceSchema } from '../../shared/command/kinds.ts';
import { outcomeReasonSchema } from '../../shared/command/life.ts';
import { releaseCodeOf } from '../../shared/command/release-code.ts';
import { silentLog } from '../../shared/log.ts';
import { sealSettings } from '../../shared/policy/capsule.ts';
import { defaultDeviceSettings } from '../../shared/policy/device-settings.ts';
import { readingSchema } from '../../shared/reading.ts';
import { healthSchema } from '../../shared/report/health.ts';
import { startEnrolmentRig } from '../unit/enrolment/enrolment-rig.ts';
import { bundleProgram } from './bundle.ts';
import type { Laptop } from './laptop.ts';
import { makeTempFolder, removeTempFolder } from './temp-folder.ts';

const outcomeSchema = z.object({
  to: z.enum(['verified', 'failed', 'refused', 'deferred']),
  reason: outcomeReasonSchema.optional(),
  evidence: commandEvidenceSchema.optional(),
});
export type LaptopOutcome = z.infer<typeof outcomeSchema>;

/** A laptop that carries out orders with the agent's own parts, and the server's half of the offline code. */
export interface LaptopOrders {
  order(order: CommandOrder): Promise<LaptopOutcome>;
  /** What the agent would report of its lock. */
  standing(): Promise<z.infer<typeof healthSchema>['lock']>;
  look(): Promise<z.infer<typeof lockStateSchema> | undefined>;
  /** The challenge that the laptop shows on its consoles. */
  challenge(): Promise<string>;
  /** The answer, as the server works it out. */
  codeFor(challenge: string): string;
}

const program = '/opt/hometime/order-runner.cjs';

/** Who the laptop is: enrolled at a real server's endpoint, whose key for orders is then one that this test holds. */
async function enrolment() {
  const rig = await startEnrolmentRig();
  const dataFolder = makeTempFolder();
  try {
    const link = await rig.link('Laptop');
    const identity = await enrol({ link, dataFolder, platform: 'linux', log: silentLog });
    const { publicKey, privateKey } = generateKeyPairSync('ed25519', {
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    });
    return { identity: { ...identity, commandKey: publicKey }, signingKey: privateKey };
  } finally {
    await rig.stop();
    removeTempFolder(dataFolder);
  }
}

export async function setUpOrders(laptop: Laptop): Promise<LaptopOrders> {
  const { identity, signingKey } = await enrolment();
  const { deviceId, epoch } = identity;
  const releaseKey = releaseKeyOf(signingKey, { deviceId, epoch });
  const settings = { ...defaultDeviceSettings, releaseKey };
  const capsule = sealSettings(
    { deviceId, epoch, version: 1, issuedAt: new Date().toISOString(), settings },
    signingKey,
  );
  const put = async (path: string, text: string) => {
    const put = await laptop.exec(['sh', '-c', `umask 077; mkdir -p "$(dirname ${path})"; cat > ${path}`], {
      input: text,
    });
    if (put.code !== 0) throw new Error(put.stderr);
  };
  await put('/var/lib/hometime/identity/key.pem', identity.privateKey);
  await put('/var/lib/hometime/identity/identity.json', writeDocument(identity));
  await put('/var/lib/hometime/kept/settings', JSON.stringify(capsule));
  await put(program, await bundleProgram('test/support/order-runner.mjs'));

  async function ask(wanted: string): Promise<unknown> {
    const answer = await laptop.exec(['node', program, wanted], { timeoutMs: 60_000 });
    if (answer.code !== 0) throw new Error(answer.stderr);
    const last = answer.stdout.trim().split('\n').at(-1) ?? '';
    return last === 'undefined' ? undefined : JSON.parse(last);
  }

  return {
    order: async (order) => outcomeSchema.parse(await ask(JSON.stringify(order))),
    standing: async () => healthSchema.shape.lock.parse(await ask('standing')),
    async look() {
      const reading = readingSchema(lockStateSchema).parse(await ask('look'));
      return reading.state === 'known' ? reading.value : undefined;
    },
    async challenge() {
      const shown = await laptop.must(['cat', '/etc/issue.d/hometime-lock.issue']);
      return /manager: (\S{4}-\S{4})/.exec(shown)?.[1] ?? '';
    },
    codeFor: (challenge) => releaseCodeOf(releaseKey, { deviceId, epoch, challenge }),
  };
}
