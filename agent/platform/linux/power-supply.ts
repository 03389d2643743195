import { type Files, ifFound, lineOf } from './files.ts';

/** The batteries of the device itself, taken together. */
export interface BatteryState {
  percent: number;
  charging: boolean;
}

interface Supply {
  type: string;
  status: string;
  /** Whether a mains adapter is plugged in. */
  online: boolean;
  percent: number;
  /** Charge now and when full, in whichever unit this battery has; undefined: it tells only a percentage. */
  charge: { now: number; full: number } | undefined;
}

const folder = '/sys/class/power_supply';
/** What is told of a battery that is not being emptied. */
const onMains = ['Charging', 'Full', 'Not charging'];

/**
 * The kernel's list of power supplies (Documentation/ABI/testing/sysfs-class-power).
 * Batteries of a mouse or a pen are in it too, marked as another device's. null: no battery.
 *
 * @param files not the ones that are read at once: the kernel asks the hardware
 * @param lists for the list itself, which the kernel has at hand
 */
export async function readBattery(
  files: Pick<Files, 'text'>,
  lists: Pick<Files, 'names'>,
): Promise<BatteryState | null> {
  const supplies: Supply[] = [];
  for (const name of ifFound(await lists.names(folder)) ?? []) {
    const supply = await readSupply(`${folder}/${name}`, files);
    if (supply !== undefined) supplies.push(supply);
  }
  const batteries = supplies.filter(({ type, percent }) => type === 'Battery' && Number.isFinite(percent));
  if (batteries.length === 0) return null;
  const isPluggedIn = supplies.some(({ online, type }) => online && type !== 'Battery');
  const charging = batteries.some(({ status }) => onMains.includes(status)) || isPluggedIn;
  return { percent: together(batteries), charging };
}

async function readSupply(path: string, files: Pick<Files, 'text'>): Promise<Supply | undefined> {
  const line = async (name: string) => (await lineOf(files, `${path}/${name}`)) ?? '';
  const number = async (name: string) => {
    const text = await line(name);
    return /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  };
  if ((await line('scope')) === 'Device' || (await line('present')) === '0') return undefined;
  const type = await line('type');
  if (type !== 'Battery')
    return { type, status: '', online: (await line('online')) === '1', percent: 0, charge: undefined };
  const charge = (await pair(number, 'energy')) ?? (await pair(number, 'charge'));
  const told = await number('capacity');
  const percent = Number.isFinite(told) || charge === undefined ? told : (100 * charge.now) / charge.full;
  return { type, status: await line('status'), online: false, percent, charge };
}

async function pair(number: (name: string) => Promise<number>, unit: 'energy' | 'charge') {
  const [now, full] = [await number(`${unit}_now`), await number(`${unit}_full`)];
  return Number.isFinite(now) && full > 0 ? { now, full } : undefined;
}

/** Two batteries by how much each holds, where both tell; otherwise the mean. */
function together(batteries: readonly Supply[]): number {
  const [only] = batteries;
  if (batteries.length === 1 && only !== undefined) return only.percent;
  const charges = batteries.flatMap(({ charge }) => charge ?? []);
  const sum = (part: 'now' | 'full') => charges.reduce((total, charge) => total + charge[part], 0);
  if (charges.length === batteries.length) return (100 * sum('now')) / sum('full');
  return batteries.reduce((total, { percent }) => total + percent, 0) / batteries.length;
}
