import { z } from 'zod';
import type { SystemFacts } from '../../../shared/report/system.ts';
import { batteryOf } from '../machine/battery.ts';
import { modelName, plainWords } from '../machine/words.ts';
import { readJson } from './powershell-json.ts';

const number = z.int().nullish().catch(null);
const text = z.string().nullish().catch(null);

const batterySchema = z.object({ percent: number, status: number });
type Battery = z.infer<typeof batterySchema>;

const answerSchema = z.object({
  build: z.string().regex(/^\d{1,6}$/),
  version: text,
  kind: number,
  booted: z.int().positive(),
  maker: text,
  model: text,
  edition: text,
  release: text,
  revision: text,
  batteries: z
    .array(z.object({ percent: number, status: number }))
    .nullish()
    .catch(null),
  waiting: number,
  servicing: number,
});

/** What the script told, before times and free space. */
export interface WindowsFacts {
  model: string | null;
  os: SystemFacts['os'];
  bootedMs: number;
  battery: SystemFacts['battery'];
  /** How many updates wait for a restart; undefined: none does, or it could not be read. */
  waitingForRestart: number | undefined;
}

/** A start outside these years is another kind of number. */
const earliest = Date.UTC(1995, 0);
const latest = Date.UTC(2200, 0);

/** Reads the script's JSON. undefined: not understood. */
export function parseSystemAnswer(json: string): WindowsFacts | undefined {
  const answer = answerSchema.safeParse(readJson(json)).data;
  if (answer === undefined || answer.booted < earliest || answer.booted > latest) return undefined;
  return {
    model: modelName(answer.maker, answer.model),
    os: osOf(answer),
    bootedMs: answer.booted,
    battery: oneBattery(answer.batteries ?? []),
    waitingForRestart: waiting(answer.waiting, answer.servicing),
  };
}

/** Editions by the code of the registry, which is the same in every language; others are named by their code. */
const editions: { readonly [code: string]: string } = {
  Core: 'Home',
  CoreN: 'Home N',
  CoreSingleLanguage: 'Home Single Language',
  CoreCountrySpecific: 'Home China',
  Professional: 'Pro',
  ProfessionalN: 'Pro N',
  ProfessionalEducation: 'Pro Education',
  ProfessionalWorkstation: 'Pro for Workstations',
};

const firstBuildOf10 = 10_240;
const firstBuildOf11 = 22_000;
/** Win32_OperatingSystem.ProductType: 1 a workstation, 2 a domain's controller, 3 a server. */
const workstation = 1;
const servers: readonly unknown[] = [2, 3];

function familyOf(kind: number | null | undefined, build: number): string {
  if (kind !== workstation) return servers.includes(kind) ? 'Windows Server' : 'Windows';
  if (build < firstBuildOf10) return 'Windows';
  return build >= firstBuildOf11 ? 'Windows 11' : 'Windows 10';
}

function osOf(answer: z.infer<typeof answerSchema>): SystemFacts['os'] {
  const { build, kind, edition, release, revision, version } = answer;
  const family = familyOf(kind, Number(build));
  const code = plainWords(edition ?? '', 40);
  const kept = editions[code] ?? code;
  const told = plainWords(release ?? '', 40) || plainWords(version ?? '', 40);
  return {
    name: kept === '' ? family : `${family} ${kept}`,
    version: told,
    build: /^\d{1,6}$/.test(revision ?? '') ? `${build}.${revision}` : build,
  };
}

/** Win32_Battery: 1 discharging, 2 on mains, 3 full, 4 low, 5 critical, 6 to 9 charging; 10 and 11 tell neither. */
const charging: readonly number[] = [2, 3, 6, 7, 8, 9];
const discharging: readonly number[] = [1, 4, 5];

/** Several batteries count as one: the mean of what they hold. null: there is none, or one that tells too little. */
function oneBattery(batteries: readonly Battery[]): SystemFacts['battery'] {
  const percents = batteries.map(({ percent }) => percent ?? Number.NaN);
  const states = batteries.map(({ status }) => status ?? 0);
  const isClear = states.length > 0 && states.every((state) => charging.includes(state) || discharging.includes(state));
  if (!isClear) return null;
  const mean = percents.reduce((sum, each) => sum + each, 0) / percents.length;
  return batteryOf(
    mean,
    states.some((state) => charging.includes(state)),
  );
}

function waiting(updates: number | null | undefined, servicing: number | null | undefined): number | undefined {
  if (typeof updates === 'number' && updates >= 0) return Math.max(1, updates);
  return servicing === 1 ? 1 : undefined;
}
