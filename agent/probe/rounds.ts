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
  /** How long after the start a section is asked again, where that is sooner than at its rhythm. */
  firstMs?(section: SectionName): number | undefined;
  run(section: SectionName): void;
  random: () => number;
}

/** How much earlier than due a round may come: this part of its rhythm, and never more than a number of milliseconds. */
const slackPart = 0.3;
/** To come along with the server's ping: a little more than the 25 s between two of them, so that no round needs a waking of its own. */
const mostBeforePingMs = 30_000;
/** To come along with another round: by then caches are warm, and a round costs half. */
const mostBesideMs = 2 * 60_000;
/** The shortest time between two rounds of one section, as a part of its rhythm (schedule.ts). */
const oftenestPart = 0.9;

/**
 * The rounds of all sections on one timer. To wake a processor that sleeps costs
 * more than most of the questions asked then, so rounds that are nearly due come
 * along with whatever woke it: another round, or the server's ping.
 */
export function createRounds({ everyMs, firstMs, run, random }: RoundsParts): Rounds {
  const due = new Map<SectionName, number>();
  let timer: NodeJS.Timeout | undefined;
  /** From here on a ping takes rounds along. Worked out beforehand: most pings take none, and must cost nothing. */
  let pingFrom = Number.POSITIVE_INFINITY;

  function postpone(section: SectionName, ms = everyMs(section)): void {
    due.set(section, performance.now() + nextDelayMs(ms, random));
  }

  function go(): void {
    const now = performance.now();
    const [first] = [...due].reduce((one, other) => (other[1] < one[1] ? other : one));
    // Beside one that comes often there will be another time.
    const mostMs = Math.min(mostBesideMs, everyMs(first) * oftenestPart);
    const sections = [...due].flatMap(([section, at]) => (at - now <= slackOf(section, mostMs) ? [section] : []));
    for (const section of sections) postpone(section);
    arm();
    for (const section of sections) run(section);
  }

  function arm(): void {
    clearTimeout(timer);
    const next = Math.min(...due.values()) - performance.now();
    pingFrom = Math.min(...[...due].map(([section, at]) => at - slackOf(section, mostBeforePingMs)));
    timer = setTimeout(go, Math.max(0, next));
  }

  function slackOf(section: SectionName, mostMs: number): number {
    return Math.min(everyMs(section) * slackPart, mostMs);
  }

  return {
    start() {
      for (const section of sectionNames) postpone(section, firstMs?.(section));
      arm();
      for (const section of sectionNames) run(section);
    },
    stop() {
      clearTimeout(timer);
      due.clear();
      pingFrom = Number.POSITIVE_INFINITY;
    },
    awake() {
      if (performance.now() >= pingFrom) go();
    },
    postpone(section) {
      postpone(section);
      arm();
    },
  };
}
