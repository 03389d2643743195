import { type SectionName, sectionNames } from '../../shared/report/report.ts';
import { nextDelayMs } from './schedule.ts';

export interface Rounds {
  /** Every section at once, then each at its rhythm. */
  start(): void;
  stop(): void;
  /** Something else has just woken the processor: what is nearly due is done now, and needs no waking of its own. */
  awake(): void;
  /** A section is asked just now for a reason of its own: its next round counts from here. */
  postpone(section: SectionName): void;
}

interface RoundsParts {
  everyMs(section: SectionName): number;
  run(section: SectionName): void;
  random: () => number;
}

/** How much earlier than due a round may come, so that several share one waking: this part of its rhythm, and never more than this. */
const slackPart = 0.3;
const mostSlackMs = 20_000;

/**
 * The rounds of all sections on one timer. To wake a processor that sleeps costs
 * more than most of the questions asked then, so rounds that are nearly due come
 * along with whatever woke it: another round, or the server's ping.
 */
export function createRounds({ everyMs, run, random }: RoundsParts): Rounds {
  const due = new Map<SectionName, number>();
  let timer: NodeJS.Timeout | undefined;

  function postpone(section: SectionName): void {
    due.set(section, performance.now() + nextDelayMs(everyMs(section), random));
  }

  function nearlyDue(): SectionName[] {
    const now = performance.now();
    return [...due].flatMap(([section, at]) => (at - now <= slackOf(everyMs(section)) ? [section] : []));
  }

  function go(sections: readonly SectionName[]): void {
    for (const section of sections) postpone(section);
    arm();
    for (const section of sections) run(section);
  }

  function arm(): void {
    clearTimeout(timer);
    const next = Math.min(...due.values()) - performance.now();
    timer = setTimeout(() => go(nearlyDue()), Math.max(0, next));
  }

  return {
    start: () => go(sectionNames),
    stop() {
      clearTimeout(timer);
      due.clear();
    },
    awake() {
      const sections = nearlyDue();
      if (sections.length > 0) go(sections);
    },
    postpone(section) {
      postpone(section);
      arm();
    },
  };
}

function slackOf(everyMs: number): number {
  return Math.min(everyMs * slackPart, mostSlackMs);
}
