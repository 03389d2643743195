import { advanced, ranMs } from '../../shared/guard/countdown.ts';
import type { Tamper } from '../../shared/guard/standing.ts';
import type { Clock } from '../../shared/instant.ts';
import { type Log, messageOf } from '../../shared/log.ts';
import { firstNote, type GuardNote, recentTampering, withMove, withTamper } from './guard-note.ts';
import type { Kept, SealedFile } from './sealed-file.ts';
import type { SettingsHolder, SettingsTrouble } from './settings-holder.ts';
import { createTrustedTime, type TrustedTime } from './trusted-time.ts';

interface MemoryParts {
  note: SealedFile<GuardNote>;
  settings: Pick<SettingsHolder, 'current' | 'version' | 'trouble'>;
  bootId: string;
  uptimeMs(): number;
  clock: Clock;
  log: Log;
}

/** What the guard knows, in memory as on the disk. */
export interface GuardMemory {
  note(): GuardNote;
  time(): TrustedTime;
  /** Whether a run before left a note. */
  hadNote(): boolean;
  /** Takes up what was kept. Rejects where the disk does not answer. */
  open(wasStopped: boolean): Promise<void>;
  /** On the disk, then in memory. Rejects, and stays as it was, where the disk takes nothing. */
  keep(next: GuardNote): Promise<void>;
  /** The same, and in memory also where the disk takes nothing. */
  keepAnyway(next: GuardNote): Promise<void>;
  tampered(what: Tamper['what']): Promise<void>;
  /** Keeps how late it is, now and then: often while a grace runs. Answers when it wants to be called again. */
  keepTime(isGraceRunning: boolean): Promise<number>;
}

/**
 * How late it is must be known after a power cut: whoever restarts a device again and again would be given the same
 * minutes each time. Each time costs the disk a write.
 */
const keepTimeEveryMs = { grace: 60_000, released: 10 * 60_000, otherwise: 30 * 60_000 };

export function createGuardMemory(parts: MemoryParts): GuardMemory {
  const { clock, bootId, uptimeMs, settings, log } = parts;
  let time = createTrustedTime({ clock, bootId, uptimeMs, before: undefined });
  let note = firstNote(time.now());
  let keptAtMs = uptimeMs();
  let hadNote = false;

  async function keep(next: GuardNote): Promise<void> {
    const { running } = time.moment();
    const unknownFor = next.unknownFor && { ranMs: ranMs(next.unknownFor, running), asOf: running };
    const dated = { ...next, unknownFor, time: time.kept(), tampering: recentTampering(next, time.now()) };
    await parts.note.write(dated);
    note = dated;
    keptAtMs = uptimeMs();
  }

  async function keepAnyway(next: GuardNote): Promise<void> {
    note = next;
    await keep(next).catch((error: unknown) => log.error('guard-not-noted', { error: messageOf(error) }));
  }

  return {
    note: () => note,
    time: () => time,
    hadNote: () => hadNote,
    keep,
    keepAnyway,
    async open(wasStopped) {
      const kept = await parts.note.read();
      hadNote = kept.state === 'kept';
      const before = kept.state === 'kept' ? kept.value.time : null;
      time = createTrustedTime({ clock, bootId, uptimeMs, before: before ?? undefined });
      const now = time.moment();
      const taken = takenUp(kept, { settings, nowMs: now.trustedMs });
      const { countdown } = taken;
      const counted = {
        ...taken,
        countdown: countdown === null ? null : advanced(countdown, now),
      };
      await keepAnyway(wasStopped ? withTamper(counted, 'agent-stopped', now.trustedMs) : counted);
    },
    tampered: (what) => keepAnyway(withTamper(note, what, time.now())),
    async keepTime(isGraceRunning) {
      const { grace, released, otherwise } = keepTimeEveryMs;
      const everyMs = isGraceRunning ? grace : note.state === 'released' ? released : otherwise;
      if (uptimeMs() - keptAtMs >= everyMs) await keepAnyway(note);
      return everyMs - (uptimeMs() - keptAtMs);
    },
  };
}

interface TakingUp {
  settings: MemoryParts['settings'];
  nowMs: number;
}

/**
 * The note to begin with. One that was altered, or is gone though this enrolment had settings, counts as the worst
 * that it may have said: blocked.
 */
function takenUp(kept: Kept<GuardNote>, { settings, nowMs }: TakingUp): GuardNote {
  const trouble = settings.trouble();
  if (kept.state === 'kept') return withTrouble(kept.value, { settings, nowMs }, trouble);
  const hadRules = settings.current().rules !== undefined || trouble.isDamaged;
  if (kept.state === 'absent' && !hadRules) return firstNote(nowMs);
  const lost = { ...firstNote(nowMs), rulesVersion: settings.version() ?? 1 };
  const blocked = withMove(lost, { to: 'blocked', because: 'rules-damaged' }, nowMs);
  return withTamper(blocked, 'journal-changed', nowMs);
}

function withTrouble(note: GuardNote, { settings, nowMs }: TakingUp, trouble: SettingsTrouble): GuardNote {
  const isOlder = (settings.version() ?? 0) < (note.rulesVersion ?? 0);
  return trouble.wasChanged || isOlder ? withTamper(note, 'rules-changed', nowMs) : note;
}
