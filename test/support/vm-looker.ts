import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { z } from 'zod';
import { type Reading, readingSchema } from '../../shared/reading.ts';
import { type Encryption, encryptionSchema } from '../../shared/report/encryption.ts';
import { type Media, mediaSchema } from '../../shared/report/media.ts';
import { until } from './processes.ts';
import { projectFolder } from './programs.ts';
import type { Vm } from './vm.ts';

/** One look of the agent, and the tools it started for it. */
export interface Look<Value> {
  reading: Reading<Value>;
  tools: string[];
}

/** The agent's probes in one process inside the machine: between two looks it remembers what it remembers in `run`. */
export interface Looker {
  /** What it says now. */
  encryption(): Promise<Look<Encryption>>;
  /** What a round of the agent says, which gives its last answer again where nothing changed. */
  glanceAtEncryption(): Promise<Look<Encryption>>;
  media(): Promise<Look<Media>>;
  /** From now on it goes its own rounds, and hears the system's hints. */
  startRounds(): Promise<void>;
  stopRounds(): Promise<void>;
  /** What the rounds saw last, without a new look; undefined: nothing yet. */
  lastMedia(): Promise<Media | undefined>;
}

const program = '/opt/hometime/looker.cjs';
const tools = z.array(z.string());
const encryptionLook = z.object({ reading: readingSchema(encryptionSchema), tools });
const mediaLook = z.object({ reading: readingSchema(mediaSchema), tools });
const lastLook = z.object({ reading: readingSchema(mediaSchema).nullable(), tools });

/** In one file: the machine would take a quarter of a minute to load so many. */
async function bundled(): Promise<string> {
  const contents = readFileSync(join(projectFolder, 'test/support/vm-looker.mjs'), 'utf8');
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: projectFolder, sourcefile: 'vm-looker.mjs' },
    bundle: true,
    write: false,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    external: ['sqlite3', 'classic-level', 'node-forge', 'systeminformation'],
    logLevel: 'error',
  });
  return outputFiles[0]?.text ?? '';
}

export async function startLooker(vm: Vm): Promise<Looker> {
  await vm.must(`cat > ${program}`, { input: await bundled() });
  await vm.must(`setsid node ${program} >/run/looker.log 2>&1 </dev/null &`);
  const isListening = async () => ((await vm.exec('grep listening /run/looker.log')).code === 0 ? true : undefined);
  await until('the agent inside', isListening, { withinMs: 90_000, everyMs: 200 }).catch(async (error: unknown) => {
    throw new Error(await vm.must('cat /run/looker.log'), { cause: error });
  });
  const ask = async (line: string): Promise<unknown> => {
    const script = `exec 3<>/dev/tcp/127.0.0.1/7070; echo '${line}' >&3; cat <&3`;
    return JSON.parse(await vm.must(script, { timeoutMs: 120_000 }));
  };
  return {
    encryption: async () => encryptionLook.parse(await ask('ask encryption')),
    glanceAtEncryption: async () => encryptionLook.parse(await ask('glance encryption')),
    media: async () => mediaLook.parse(await ask('ask media')),
    startRounds: async () => void (await ask('start')),
    stopRounds: async () => void (await ask('stop')),
    async lastMedia() {
      const { reading } = lastLook.parse(await ask('last media'));
      return reading?.state === 'known' ? reading.value : undefined;
    },
  };
}
