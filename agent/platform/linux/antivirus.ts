import type { Clock } from '../../../shared/instant.ts';
import type { Rights } from '../../../shared/report/rights.ts';
import type { Answer } from './administrators.ts';
import { type Files, ifFound } from './files.ts';

type Antivirus = Extract<Rights['antivirus'], { state: 'known' }>['value'];

/** Where systemd shows which programs a unit runs, by the generation of control groups. */
const controlGroups = ['/sys/fs/cgroup/system.slice', '/sys/fs/cgroup/systemd/system.slice'];

/** A product by its folder or program, and the units that it works by. */
interface Product {
  places: string[];
  units: string[];
}

const clamav: Product = {
  places: ['/usr/sbin/clamd', '/usr/bin/clamd'],
  units: ['clamav-daemon.service', 'system-clamd.slice/clamd@scan.service', 'clamd@scan.service', 'clamd.service'],
};

/** Products for Linux that setters of policies buy. */
const others: readonly Product[] = [
  { places: ['/opt/microsoft/mdatp'], units: ['mdatp.service'] },
  { places: ['/opt/sophos-spl'], units: ['sophos-spl.service'] },
  { places: ['/opt/eset/eea', '/opt/eset/efs'], units: ['eea.service', 'efs.service'] },
  { places: ['/opt/CrowdStrike'], units: ['falcon-sensor.service'] },
  { places: ['/opt/sentinelone'], units: ['sentinelone.service'] },
  { places: ['/opt/bitdefender-security-tools'], units: ['bdsec.service'] },
  { places: ['/opt/kaspersky'], units: ['kesl.service', 'kesl-supervisor.service'] },
];

/** Signatures older than this are no protection against what goes round today. */
const staleMs = 7 * 24 * 60 * 60 * 1000;

/**
 * Protection against viruses. Linux keeps no list of such products, so "none" can
 * never be said here: where no known one is installed the answer is that it cannot
 * be told.
 */
export async function readAntivirus(files: Files, clock: Clock): Promise<Answer<Antivirus>> {
  for (const product of others) {
    if (!(await isInstalled(product, files))) continue;
    if (await isRunning(product, files)) return { value: { state: 'on', upToDate: null } };
    // It may work by a unit of another name.
    return { reason: 'not-understood' };
  }
  if (!(await isInstalled(clamav, files))) return { reason: 'not-supported' };
  const isOn = await isRunning(clamav, files);
  return { value: { state: isOn ? 'on' : 'off', upToDate: isOn ? await isUpToDate(files, clock) : null } };
}

async function isInstalled({ places }: Product, files: Files): Promise<boolean> {
  for (const place of places) if ((await files.mark(place)) !== 'absent') return true;
  return false;
}

/** A unit that runs has a process in its control group. */
async function isRunning({ units }: Product, files: Files): Promise<boolean> {
  for (const group of controlGroups) {
    for (const unit of units) {
      const processes = ifFound(await files.text(`${group}/${unit}/cgroup.procs`));
      if (/\d/.test(processes ?? '')) return true;
    }
  }
  return false;
}

/** By the newest of ClamAV's daily signatures; null: there are none that tell. */
async function isUpToDate(files: Files, clock: Clock): Promise<boolean | null> {
  const built: number[] = [];
  for (const name of ['daily.cld', 'daily.cvd']) {
    const head = ifFound(await files.head(`/var/lib/clamav/${name}`, 512));
    const time = head === undefined ? undefined : parseSignatureTime(head.toString('latin1'));
    if (time !== undefined) built.push(time);
  }
  return built.length === 0 ? null : clock.now() - Math.max(...built) <= staleMs;
}

/** The header of ClamAV's signatures, "ClamAV-VDB:16 Nov 2026 07-28 +0000:…", in milliseconds since 1970 UTC. */
export function parseSignatureTime(header: string): number | undefined {
  const match = /^ClamAV-VDB:(\d{1,2} [A-Z][a-z]{2} \d{4}) (\d{2})[-:](\d{2}) ([+-]\d{4}):/.exec(header);
  if (match === null) return undefined;
  const time = Date.parse(`${match[1]} ${match[2]}:${match[3]} ${match[4]}`);
  return Number.isNaN(time) ? undefined : time;
}
