import { ipKeyGenerator } from 'express-rate-limit';
import type { Clock } from '../../shared/instant.ts';

const allowed = 10;
const windowMs = 10 * 60_000;
/** Addresses remembered at most; the oldest goes first. Memory stays small whoever knocks. */
const remembered = 1_000;

/** Counts refused tries by address, so that nobody tries links by the thousand. */
export interface RefusedTries {
  /** Seconds to wait, or 0 when the address may try. */
  waitSeconds(address: string): number;
  count(address: string): void;
}

export function createRefusedTries(clock: Clock): RefusedTries {
  const tries = new Map<string, { count: number; until: number }>();
  const current = (key: string) => {
    const entry = tries.get(key);
    return entry !== undefined && entry.until > clock.now() ? entry : undefined;
  };
  return {
    waitSeconds: (address) => {
      const entry = current(networkOf(address));
      return entry === undefined || entry.count < allowed ? 0 : Math.ceil((entry.until - clock.now()) / 1_000);
    },
    count: (address) => {
      const key = networkOf(address);
      const entry = current(key) ?? { count: 0, until: clock.now() + windowMs };
      tries.delete(key);
      tries.set(key, { ...entry, count: entry.count + 1 });
      const oldest = tries.keys().next();
      if (tries.size > remembered && oldest.done !== true) tries.delete(oldest.value);
    },
  };
}

/** One home or one attacker has a whole IPv6 network, so it counts as one address. */
function networkOf(address: string): string {
  return ipKeyGenerator(address.replace(/^::ffff:(?=\d+\.)/, ''), 64);
}
