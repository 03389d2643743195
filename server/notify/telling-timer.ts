import { type Log, messageOf } from '../../shared/log.ts';
import { createWatch } from '../rhythm/watch.ts';

interface TellingParts {
  log: Log;
  elapsed: () => number;
  /** Tells the alternates whose time has come. */
  escalate: () => Promise<void>;
  /** Makes messages of what is due. */
  gather: () => Promise<void>;
  /** Makes the daily and weekly messages whose time has come. */
  digest: () => Promise<void>;
  /** Sends some of what is due; answers how many. */
  send: () => Promise<number>;
}

/** An urgent notice is on its way this long after its commit; a look that finds nothing is three short questions. */
const lookEveryMs = 3_000;
const digestEveryMs = 60_000;

/** Looks again and again for what is to be told; one look at a time. */
export function createTelling({ log, elapsed, escalate, gather, digest, send }: TellingParts) {
  let digestedAt: number | undefined;

  /** A step that fails keeps none of the others from being done. */
  const step = (name: string, work: () => Promise<unknown>): Promise<unknown> =>
    work().catch((error: unknown) => log.error('notify.step-failed', { kind: name, error: messageOf(error) }));

  const digestNowAndThen = async (): Promise<void> => {
    if (digestedAt !== undefined && elapsed() - digestedAt < digestEveryMs) return;
    digestedAt = elapsed();
    await digest();
  };

  const look = async (stopping?: AbortSignal): Promise<void> => {
    await step('escalate', escalate);
    await step('gather', gather);
    await step('digest', digestNowAndThen);
    await step('send', async () => {
      while ((await send()) > 0 && stopping?.aborted !== true);
    });
  };

  const watch = createWatch({
    look,
    everyMs: lookEveryMs,
    failed: (error) => log.error('notify.look-failed', { error: messageOf(error) }),
  });
  return {
    ...watch,
    /** One look now, for tests. */
    look,
  };
}
