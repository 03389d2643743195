import { type Clock, instant } from '../../shared/instant.ts';
import { known, type UnknownReason } from '../../shared/reading.ts';
import type { Health } from '../../shared/report/health.ts';
import { type ProbedSection, probedSectionNames, type Sections } from '../../shared/report/report.ts';
import type { Keeper } from '../platform/keeper.ts';
import type { Probe } from '../platform/platform.ts';
import { createSameValue } from '../platform/unchanged.ts';
import { createFailureCount } from './failure-count.ts';
import { createStarts } from './starts.ts';

/** How the agent itself stands, and what it must hear to know. */
export interface AgentHealth {
  probe: Probe<Health>;
  /** Every reading of a platform's probe, as it comes. */
  saw(readings: Partial<Sections>): void;
}

interface HealthParts {
  clock: Clock;
  keeper: Keeper;
  /** The device's clock less the server's, milliseconds; null: not compared since the start. */
  skewMs?: () => number | null;
  /** Of the settings this device looks by; null: none were taken. Left out for a look with no server. */
  settingsVersion?: () => number | null;
  /** How the lock of the device stands; undefined: it cannot be locked, or cannot tell. */
  lock?: () => Promise<Health['lock']>;
  /** How the guard and the closing time stand, and what was tampered with. Left out for a look. */
  guard?: () => Promise<Pick<Health, 'guard' | 'closing' | 'tampering'>>;
  /** A single look is no start of the agent. */
  isLook?: boolean;
  /** For tests: what the process itself is asked, and milliseconds that pass whatever is done to the clock. */
  usage?: Usage;
  steady?: () => number;
}

/** Bytes resident, and microseconds of CPU since the process began. */
interface Usage {
  residentBytes(): number;
  cpuMicroseconds(): number;
}

const hourMs = 60 * 60 * 1000;
/** A clock that is set right by less moves no start. */
const startToleranceMs = 2 * 60_000;
/** The work of a start is shared out over this long. */
const startMs = 10 * 60_000;

const ownUsage: Usage = {
  residentBytes: () => process.memoryUsage.rss(),
  cpuMicroseconds() {
    const { user, system } = process.cpuUsage();
    return user + system;
  },
};

/** The agent's own health: no process and no file but the count of starts. Figures move only when they moved by more than a step. */
export function createHealth(parts: HealthParts): AgentHealth {
  const { clock, usage = ownUsage, steady = () => performance.now() } = parts;
  const steadyAtStart = steady();
  const starts = createStarts({ clock, keeper: parts.keeper, isLook: parts.isLook ?? false });
  const failures = createFailureCount({ clock });
  const cycle = createCycle(clock);
  const startedAt = createSteps(1, startToleranceMs);
  const skew = createSteps(5, 5);
  const memory = createSteps(10, 10);
  const cpu = createSteps(0.5, 0.5);
  const asBefore = createSameValue<Health>();
  startedAt(clock.now());

  return {
    async probe() {
      const upMs = steady() - steadyAtStart;
      const skewMs = parts.skewMs?.() ?? null;
      const lock = await parts.lock?.();
      return known(
        asBefore({
          startedAt: instant(startedAt(clock.now() - upMs)),
          starts: await starts(),
          clockSkewSeconds: skewMs === null ? null : skew(skewMs / 1000),
          lastFullCycleAt: cycle.lastFullAt(),
          memoryMb: memory(usage.residentBytes() / 1e6),
          // A start is work, and must not pass for how the agent always is.
          cpuPercent: cpu(usage.cpuMicroseconds() / 10 / Math.max(upMs, startMs)),
          failures: failures.counts(),
          ...(parts.settingsVersion !== undefined && { settingsVersion: parts.settingsVersion() }),
          ...(lock !== undefined && { lock }),
          ...(await parts.guard?.()),
        }),
        instant(clock.now()),
      );
    },
    saw(readings) {
      for (const section of probedSectionNames) {
        const reading = readings[section];
        if (reading === undefined) continue;
        cycle.saw(section);
        if (reading.state === 'unknown' && isFailure(reading.reason)) failures.note(section, reading.reason);
      }
    },
  };
}

/** A system that says it does not know has answered; a probe that threw or never ended has not. */
function isFailure(reason: UnknownReason): boolean {
  return reason === 'probe-failed' || reason === 'timed-out';
}

/** Rounds to steps, and stays where it was while the figure is within `slack` of it: one that hovers between two steps does not change. */
function createSteps(step: number, slack: number): (exact: number) => number {
  let said: number | undefined;
  return (exact) => {
    // Adding 0 turns -0, which is another text than 0, into 0.
    if (said === undefined || Math.abs(exact - said) > slack) said = Math.round(exact / step) * step + 0;
    return said;
  };
}

/** Notes the hour in which every section had been asked since the hour before. */
function createCycle(clock: Clock) {
  const asked = new Map<ProbedSection, number>();
  let last: number | null = null;
  return {
    saw(section: ProbedSection): void {
      asked.set(section, clock.now());
      const hour = Math.floor(clock.now() / hourMs) * hourMs;
      if (asked.size === probedSectionNames.length && Math.min(...asked.values()) >= hour - hourMs) last = hour;
    },
    lastFullAt: () => (last === null ? null : instant(last)),
  };
}
