import type { FarewellReason } from '../shared/policy/farewell.ts';
import type { Platform } from './platform/platform.ts';
import type { Connection } from './transport/connection.ts';

interface FarewellParts {
  platform: Pick<Platform, 'ending'>;
  epoch: number;
  connection: Pick<Connection, 'sendFarewell'>;
}

/** The last word of an agent that was told to end. Each of its two steps is bounded: a system that shuts down waits for nobody. */
export async function sayFarewell({ platform, epoch, connection }: FarewellParts): Promise<void> {
  const why: FarewellReason = (await platform.ending?.().catch(() => undefined)) ?? 'unknown';
  await connection.sendFarewell({ epoch, why });
}
