import { type Clock, instant } from '../../../shared/instant.ts';
import { known, unknown } from '../../../shared/reading.ts';
import type { SystemFacts } from '../../../shared/report/system.ts';
import { createSteadyBootTime } from '../machine/boot-time.ts';
import { createDiskSpace, type VolumeBytes } from '../machine/disk-space.ts';
import type { Probe } from '../platform.ts';
import type { PowerShell } from './powershell.ts';
import { powerShellTrouble } from './powershell-trouble.ts';
import { parseSystemAnswer } from './system-answer.ts';
import { systemScript } from './system-script.ts';

interface SystemParts {
  powershell: PowerShell;
  clock: Clock;
  /** The drive Windows runs from. */
  volume: VolumeBytes;
}

/**
 * What a Windows device is. From documentation; no recording of it is at hand.
 *
 * `bootedAt` is the last full start: with fast start-up, which is on unless somebody
 * switched it off, shutting down only signs people out and puts the rest to sleep, and
 * the time stays that of an earlier day. Only a restart makes it new.
 *
 * Updates are told when one waits for a restart: those that do are counted. How many
 * more there are, Windows tells only after a search of minutes: unknown.
 */
export function createSystemProbe({ powershell, clock, volume }: SystemParts): Probe<SystemFacts> {
  const disk = createDiskSpace(volume);
  const steady = createSteadyBootTime();
  return async (signal) => {
    const said = await powershell.ask(systemScript, signal);
    const at = instant(clock.now());
    if (said.kind !== 'answer') return unknown(powerShellTrouble(said), at, 'powershell');
    const facts = parseSystemAnswer(said.text);
    if (facts === undefined) return unknown('not-understood', at, 'powershell');
    const { model, os, battery, waitingForRestart: pending } = facts;
    const updates: SystemFacts['updates'] =
      pending === undefined
        ? unknown('not-supported', at, 'update-service')
        : known({ pending, security: null, restart: true }, at);
    return known(
      { model, os, bootedAt: instant(steady(facts.bootedMs)), updates, disk: await disk(), battery },
      instant(clock.now()),
    );
  };
}
