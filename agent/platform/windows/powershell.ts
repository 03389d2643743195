import { randomBytes } from 'node:crypto';
import type { Clock } from '../../../shared/instant.ts';
import type { LongProcess, StartLong } from '../exec.ts';
import { type Frame, type Marker, readFrame, requestLine } from './powershell-frame.ts';

/**
 * What came of one question.
 * - missing: there is no PowerShell;
 * - timed-out: it did not answer in the limit and was ended, or the asker's signal fired;
 * - failed: it could not be started, ended without an answer, or printed without end;
 *   also while it is left alone after failing again and again.
 */
export type PowerShellAnswer = Frame | { kind: 'missing' } | { kind: 'timed-out' } | { kind: 'failed' };

export interface PowerShell {
  /** Runs a script (one line, ASCII) that gives one text. Never throws, never runs two at a time. */
  ask(script: string, signal?: AbortSignal): Promise<PowerShellAnswer>;
}

interface PowerShellParts {
  start: StartLong;
  clock: Clock;
  limitMs?: number;
  idleMs?: number;
}

/** A start alone may take seconds on an old laptop; compiling the script for sign-ins takes more (platforms.md 0.6). */
const defaultLimitMs = 30_000;
/** Sign-ins are asked every half minute: it only ends when nobody asks any more. */
const defaultIdleMs = 5 * 60_000;
const maxPrinted = 8 * 1024 * 1024;
/** After so many failures in a row it is left alone for a while: starting it is the dearest thing the agent does. */
const patienceInFailures = 3;
const restMs = 5 * 60_000;

const options = ['-NoProfile', '-NonInteractive', '-NoLogo', '-Command', '-'] as const;

/**
 * One PowerShell that stays, for all questions of the agent (platforms.md 0.5).
 *
 * INVARIANTS
 * - one process and one question at a time; the others wait in a row;
 * - a process that missed its limit or broke off is ended, and never asked again:
 *   the late answer of an earlier question cannot reach a later one;
 * - a fired signal frees the asker at once, and the question under way ends at
 *   its own limit: the next asker would otherwise pay for another start.
 */
export function createPowerShell(parts: PowerShellParts): PowerShell {
  const { start, clock, limitMs = defaultLimitMs, idleMs = defaultIdleMs } = parts;
  let row: Promise<unknown> = Promise.resolve();
  let talk: Talk | undefined;
  let idle: NodeJS.Timeout | undefined;
  let failures = 0;
  let restUntil = 0;

  async function open(): Promise<Talk | undefined> {
    if (talk?.isOpen()) return talk;
    talk = await startTalk(start);
    return talk;
  }

  async function askNow(script: string): Promise<PowerShellAnswer> {
    if (clock.now() < restUntil && restUntil - clock.now() <= restMs) return { kind: 'failed' };
    clearTimeout(idle);
    const current = await open().catch(() => 'broken' as const);
    if (current === undefined) return { kind: 'missing' };
    const answer: PowerShellAnswer = current === 'broken' ? { kind: 'failed' } : await current.ask(script, limitMs);
    failures = answer.kind === 'failed' || answer.kind === 'timed-out' ? failures + 1 : 0;
    if (failures >= patienceInFailures) restUntil = clock.now() + restMs;
    idle = setTimeout(() => talk?.finish(), idleMs).unref();
    return answer;
  }

  return {
    ask(script, signal) {
      const answer = row.then(() => (signal?.aborted ? { kind: 'timed-out' as const } : askNow(script)));
      row = answer;
      return signal === undefined ? answer : untilFired(answer, signal);
    },
  };
}

/** One process and what is said with it. */
interface Talk {
  isOpen(): boolean;
  ask(script: string, limitMs: number): Promise<PowerShellAnswer>;
  finish(): void;
}

async function startTalk(start: StartLong): Promise<Talk | undefined> {
  let open = true;
  let printed = '';
  let heard: (() => void) | undefined;
  const child = await start('powershell.exe', options, {
    onOutput(part) {
      // The answer is ASCII; whatever else is printed is noise, in any code page.
      if (heard !== undefined) printed += part.toString('latin1');
      heard?.();
    },
    onEnd() {
      open = false;
      heard?.();
    },
  });
  if (child === undefined) return undefined;
  child.hold(false);

  return {
    isOpen: () => open,
    finish() {
      open = false;
      child.finish();
    },
    async ask(script, limitMs) {
      const marker = newMarker();
      child.hold(true);
      const answer = await new Promise<PowerShellAnswer>((resolve) => {
        const limit = setTimeout(() => resolve({ kind: 'timed-out' }), limitMs);
        heard = () => {
          const frame = readFrame(printed, marker);
          if (frame === undefined && open && printed.length <= maxPrinted) return;
          clearTimeout(limit);
          resolve(frame ?? { kind: 'failed' });
        };
        if (open) say(child, script, marker);
        else heard();
      });
      heard = undefined;
      printed = '';
      if (answer.kind === 'timed-out' || answer.kind === 'failed') {
        open = false;
        child.kill();
      } else child.hold(false);
      return answer;
    },
  };
}

/** The empty line ends a statement that PowerShell, for whatever reason, thinks unfinished. */
function say(child: LongProcess, script: string, marker: Marker): void {
  child.write(`${requestLine(script, marker)}\n\n`);
}

function newMarker(): Marker {
  const random = randomBytes(24).toString('hex');
  return { first: `hometime${random.slice(0, 24)}`, second: random.slice(24) };
}

function untilFired(answer: Promise<PowerShellAnswer>, signal: AbortSignal): Promise<PowerShellAnswer> {
  return new Promise((resolve) => {
    const onFired = () => resolve({ kind: 'timed-out' });
    if (signal.aborted) onFired();
    signal.addEventListener('abort', onFired, { once: true });
    void answer.then((said) => {
      signal.removeEventListener('abort', onFired);
      resolve(said);
    });
  });
}
