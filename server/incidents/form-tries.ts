import { createHmac, randomBytes } from 'node:crypto';
import { ipKeyGenerator } from 'express-rate-limit';
import { StatedError } from '../../shared/api/errors.ts';
import type { Clock } from '../../shared/instant.ts';
import { plainAddress } from './own-addresses.ts';

interface Bucket {
  left: number;
  at: number;
}

const atOnce = 30;
const refillMs = 10_000;
const mostBuckets = 10_000;

/**
 * How often the form may be sent from one address: thirty times at once, then once every ten seconds. It counts by the
 * sender's address and by nothing else: no count of a setting or of a code that somebody elsewhere could use up for
 * everyone. Kept in memory, under a key that this process alone knows: no address of a reporter is written anywhere.
 */
export function createFormTries(clock: Clock) {
  const secret = randomBytes(32);
  const buckets = new Map<string, Bucket>();

  const keyOf = (address: string | undefined): string => {
    const plain = plainAddress(address);
    const network = plain === undefined ? 'unknown' : ipKeyGenerator(plain);
    return createHmac('sha256', secret).update(network).digest('base64');
  };

  return {
    /** @throws StatedError `too-many-tries` */
    spend: (address: string | undefined): void => {
      const key = keyOf(address);
      const now = clock.now();
      const found = buckets.get(key) ?? { left: atOnce, at: now };
      const refilled = Math.min(atOnce, found.left + Math.max(0, now - found.at) / refillMs);
      buckets.delete(key);
      // What is refused costs nothing: else whoever keeps trying would keep the whole network out with one try in ten seconds.
      buckets.set(key, { left: refilled < 1 ? refilled : refilled - 1, at: now });
      for (const oldest of buckets.keys()) {
        if (buckets.size <= mostBuckets) break;
        buckets.delete(oldest);
      }
      if (refilled < 1)
        throw new StatedError(
          'too-many-tries',
          'Many reports came from this network just now. Send it again in a minute. If a child is in danger call 999; a concern that cannot wait is told to the safeguarding lead in person.',
        );
    },
  };
}
