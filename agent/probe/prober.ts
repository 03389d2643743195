import type { Clock } from '../../shared/instant.ts';
import type { Log } from '../../shared/log.ts';
import type { Reading } from '../../shared/reading.ts';
import type { Health } from '../../shared/report/health.ts';
import type { SectionName, Sections, SectionValues } from '../../shared/report/report.ts';
import type { Platform, Probe } from '../platform/platform.ts';
import { createRounds } from './rounds.ts';
import { type Rhythm, rhythms } from './schedule.ts';
import { createSectionRunner, type SectionRunner } from './section-runner.ts';
import { createTimeLimits } from './time-limits.ts';

export interface Prober {
  /** Asks everything once, then each section at its own rhythm and whenever the platform hints. */
  start(): void;
  /** Ends the rounds. Runs under way end by themselves; their readings still arrive. */
  stop(): void;
  /** Something else has just woken the processor: rounds that are nearly due come now. */
  awake(): void;
  /**
   * Whether a connection to the server holds that goes over the network. While it
   * does, the device is where it was: another network has another address, and ends
   * it. Its end is a reason to look at the place at once (DEV1).
   */
  inTouch(now: boolean): void;
  /** Every section, looked at after this call. Never rejects. */
  askAll(): Promise<Sections>;
  /** The sections named, and only they, looked at after this call. Never rejects. */
  ask(sections: readonly SectionName[]): Promise<Partial<Sections>>;
}

/** Takes one new reading, as an object with one section. Called for every run, whoever asked for it. */
export type OnReading = (reading: Partial<Sections>) => void;

interface ProberParts {
  platform: Pick<Platform, 'probes' | 'watch' | 'limitsMs' | 'everyMs'>;
  clock: Clock;
  log: Log;
  /** How the agent itself stands. */
  health: Probe<Health>;
  onReading: OnReading;
  /** For tests: other rhythms and another chance. */
  rhythms?: { readonly [Name in SectionName]: Rhythm };
  random?: () => number;
}

type AllProbes = { readonly [Name in SectionName]: Probe<SectionValues[Name]> };
type Runners = { [Name in SectionName]: SectionRunner<SectionValues[Name]> };

/** Asks the platform's probes side by side: one that fails or hangs never costs the others their answer. */
export function createProber(parts: ProberParts): Prober {
  const rhythm = parts.rhythms ?? rhythms;
  const runners = createRunners(parts, rhythm);
  const own: Partial<Record<SectionName, number>> = parts.platform.everyMs ?? {};
  const rounds = createRounds({
    firstMs: (section) => rhythm[section].firstMs,
    everyMs: (section) => (inTouch && rhythm[section].inTouchMs) || (own[section] ?? rhythm[section].everyMs),
    run: (section) => void runners[section].round(),
    random: parts.random ?? Math.random,
  });
  let inTouch = false;
  let unwatch: (() => void) | undefined;

  function hinted(section: SectionName): void {
    rounds.postpone(section);
    // Something changed, perhaps before it shows anywhere else.
    void runners[section].fresh();
  }

  async function askAll(): Promise<Sections> {
    const [encryption, sessions, apps, photos, filtering, location, media, programs, rights, system, agent] =
      await Promise.all([
        runners.encryption.fresh(),
        runners.sessions.fresh(),
        runners.apps.fresh(),
        runners.photos.fresh(),
        runners.filtering.fresh(),
        runners.location.fresh(),
        runners.media.fresh(),
        runners.programs.fresh(),
        runners.rights.fresh(),
        runners.system.fresh(),
        runners.agent.fresh(),
      ]);
    return { encryption, sessions, apps, photos, filtering, location, media, programs, rights, system, agent };
  }

  async function ask(sections: readonly SectionName[]): Promise<Partial<Sections>> {
    const answers: Partial<Sections> = {};
    await Promise.all(
      sections.map(async (section) => Object.assign(answers, { [section]: await runners[section].fresh() })),
    );
    return answers;
  }

  return {
    start() {
      if (unwatch !== undefined) return;
      unwatch = parts.platform.watch((section) => {
        if (unwatch !== undefined) hinted(section);
      });
      rounds.start();
    },
    stop() {
      unwatch?.();
      unwatch = undefined;
      rounds.stop();
    },
    awake() {
      if (unwatch !== undefined) rounds.awake();
    },
    inTouch(now) {
      inTouch = now;
      // Whoever carries a device away takes it out of its network first.
      if (unwatch !== undefined && !now) hinted('location');
    },
    askAll,
    ask,
  };
}

function createRunners(parts: ProberParts, rhythm: { readonly [Name in SectionName]: Rhythm }): Runners {
  const probes: AllProbes = { ...parts.platform.probes, agent: parts.health };
  const limits: Partial<Record<SectionName, number>> = parts.platform.limitsMs ?? {};
  const startLimit = createTimeLimits();
  const runner = <Name extends SectionName>(
    section: Name,
    wrap: (reading: Reading<SectionValues[Name]>) => Partial<Sections>,
  ) =>
    createSectionRunner<SectionValues[Name]>({
      section,
      probe: probes[section],
      limitMs: limits[section] ?? rhythm[section].limitMs,
      clock: parts.clock,
      log: parts.log,
      startLimit,
      onReading: (reading) => parts.onReading(wrap(reading)),
    });
  return {
    encryption: runner('encryption', (encryption) => ({ encryption })),
    sessions: runner('sessions', (sessions) => ({ sessions })),
    apps: runner('apps', (apps) => ({ apps })),
    photos: runner('photos', (photos) => ({ photos })),
    filtering: runner('filtering', (filtering) => ({ filtering })),
    location: runner('location', (location) => ({ location })),
    media: runner('media', (media) => ({ media })),
    programs: runner('programs', (programs) => ({ programs })),
    rights: runner('rights', (rights) => ({ rights })),
    system: runner('system', (system) => ({ system })),
    agent: runner('agent', (agent) => ({ agent })),
  };
}
