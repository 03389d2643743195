/**
 * Runs inside a laptop: the agent's own executors, guard and platform on this system, for one order, as the
 * agent runs them but without a server. Prints one line of JSON: the plan and the outcome, or how the lock stands.
 *
 * node order-runner.cjs '{"kind":"lock","args":{}}' | standing | look
 */

import { prepareOrder } from '../../agent/command/executor.ts';
import { createExecutors } from '../../agent/command/executors.ts';
import { ownWords } from '../../agent/guard/lock-guard.ts';
import { createSettingsHolder } from '../../agent/guard/settings-holder.ts';
import { loadIdentity } from '../../agent/identity/identity.ts';
import { composeLockGuard } from '../../agent/lock-guarding.ts';
import { selectPlatform } from '../../agent/platform/select.ts';
import { createKeptFiles } from '../../agent/store/kept-files.ts';
import { systemClock } from '../../shared/instant.ts';
import { createLog } from '../../shared/log.ts';

const dataFolder = '/var/lib/hometime';
const codeCommand = ['/usr/bin/node', '/opt/hometime/dist/hometime-agent.cjs', 'release-code', '--data', dataFolder];
const { signal } = new AbortController();

async function main() {
  process.umask(0o077);
  const log = createLog('info', 'agent');
  const keeper = createKeptFiles({ dataFolder, log });
  const settings = createSettingsHolder({ keeper, log });
  const identity = await loadIdentity(dataFolder);
  await settings.open(identity);
  const common = { clock: systemClock, log, settings: settings.current };
  const lockWords = { breakGlass: 'hometime-rescue', codeCommand };
  const platform = selectPlatform({ ...common, keeper, lockWords });
  const guard = composeLockGuard({ ...common, dataFolder, platform, identity });
  const [wanted = 'standing'] = process.argv.slice(2);
  if (wanted === 'standing') return guard.standing();
  if (wanted === 'look') return platform.locking.look(signal);
  const executors = createExecutors({
    ...{ platform, settings: settings.current },
    lockKeeper: { ...guard, ownWords },
    prober: { askAll: async () => ({}), ask: async () => ({}) },
  });
  const task = await prepareOrder(executors, JSON.parse(wanted), signal);
  if ('outcome' in task) return task.outcome;
  await task.act();
  return task.conclude(signal);
}

main().then(
  (answer) => process.stdout.write(`${JSON.stringify(answer)}\n`, () => process.exit(0)),
  (error) => {
    process.stderr.write(`${error?.stack}\n`);
    process.exit(1);
  },
);
