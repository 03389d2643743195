import type { LockState } from '../../../shared/command/kind/lock.ts';
import { type Clock, instant, instantSchema } from '../../../shared/instant.ts';
import { type Log, messageOf } from '../../../shared/log.ts';
import { known, unknown } from '../../../shared/reading.ts';
import type { Locking } from '../actions.ts';
import type { Exec } from '../exec.ts';
import type { LockWords } from '../platform.ts';
import type { GettyHold } from './automatic-sign-in-hold.ts';
import { createLockDisk, type LockDisk } from './lock-disk.ts';
import { meetsHook, ways } from './lock-pam.ts';
import { createLockTries, type LockTries, personToTry } from './lock-tries.ts';

interface LockParts {
  exec: Exec;
  clock: Clock;
  log: Log;
  words: LockWords;
  isAdministrator: boolean;
  /** Consoles that sign somebody in would only try in vain, over and over, where a prompt should be. */
  gettyHold: GettyHold;
  /** For tests: another file system, other tries. */
  disk?: LockDisk;
  tries?: LockTries;
}

/**
 * The lock of a Linux device: a hook in PAM's account stack, which every sign-in passes after the password, the
 * key or nothing at all was found right (platforms.md 5.1). It holds with no agent running and after a restart.
 *
 * INVARIANTS
 * - Root and the break-glass account are never refused, nor are the system's own accounts.
 * - What cannot be put in whole is taken out again: half a lock is none. One that held before goes on.
 * - `locked` is said when the flag lies there, the hook refuses a person, and every way in that this device has
 *   leads to it. One way that does not, or that cannot be told: not locked.
 */
export function createLinuxLocking(parts: LockParts): Locking {
  const { clock, log, words, isAdministrator, gettyHold } = parts;
  const disk = parts.disk ?? createLockDisk({ words });
  const tries = parts.tries ?? createLockTries(parts.exec);
  let turn: Promise<unknown> = Promise.resolve();

  /** Changes of one agent come one after the other. */
  function inTurn<Value>(work: () => Promise<Value>): Promise<Value> {
    const done = turn.then(work);
    turn = done.catch(() => {});
    return done;
  }

  async function takeOut(): Promise<void> {
    await disk.takeOut();
    await gettyHold.release();
  }

  return {
    spares: (person) => person === 'root' || person === words.breakGlass,
    refusals: async () => disk.refused(),
    lock: (notice) =>
      inTurn(async () => {
        if (!isAdministrator) return { done: false, reason: 'needs-administrator-rights' };
        if (!(await disk.canHook())) return { done: false, reason: 'not-supported' };
        const since = sinceOf(disk.flag()) ?? instant(clock.now());
        try {
          await disk.putIn(since, notice);
          // PAM refuses them all the same: this only gives people a prompt to type a code at.
          await gettyHold.hold('until-released').catch(() => undefined);
          return { done: true };
        } catch (error) {
          log.error('lock-not-put-in', { error: messageOf(error) });
          if (disk.flag() === undefined) await gettyHold.release().catch(() => {});
          return { done: false, reason: 'action-failed' };
        }
      }),
    release: () =>
      inTurn(async () => {
        if (!isAdministrator) return { done: false, reason: 'needs-administrator-rights' };
        try {
          await takeOut();
          return { done: true };
        } catch (error) {
          log.error('lock-not-taken-out', { error: messageOf(error) });
          return { done: false, reason: 'action-failed' };
        }
      }),
    look: () =>
      inTurn(async () => {
        const at = instant(clock.now());
        if (!isAdministrator) return unknown('permission-denied', at);
        if (!(await disk.canHook())) return unknown('not-supported', at);
        return known(await lookAt({ disk, tries, words }), at);
      }),
  };
}

type Scene = { disk: LockDisk; tries: LockTries; words: LockWords };

async function lookAt({ disk, tries, words }: Scene): Promise<LockState> {
  const flag = disk.flag();
  if (!(await disk.isHooked())) return { locked: false, since: null, refused: [] };
  const person = personToTry(disk.text('/etc/passwd') ?? '', words.breakGlass);
  // With no person in the local list, they are in a network's: whoever cannot be told is refused.
  const refuses = await tries.hookRefuses(person ?? 'hometime-nobody');
  const present = ways.flatMap(({ name, services }) => {
    const there = services.filter((service) => isUsed(service, disk));
    return there.length === 0 ? [] : [{ name, services: there }];
  });
  const refused: LockState['refused'] = [];
  const judged = createJudge({ disk, tries }, person);
  for (const way of present) {
    const all = await Promise.all(way.services.map(judged));
    // A hook that cannot be run refuses everybody as surely as one that says no.
    if (refuses !== false && all.every(Boolean)) refused.push(way.name);
  }
  const isWhole = flag !== undefined && refuses === true && refused.length > 0 && refused.length === present.length;
  return { locked: isWhole, since: isWhole ? (sinceOf(flag) ?? null) : null, refused };
}

/** A service that PAM knows; of ssh's the program must be there too. */
function isUsed(service: string, disk: LockDisk): boolean {
  if (disk.readPam(service) === undefined) return false;
  return service !== 'sshd' || disk.exists('/usr/sbin/sshd') || disk.exists('/usr/bin/sshd');
}

/** Read first, and then tried by what systemd can begin in a person's name. */
function createJudge({ disk, tries }: Omit<Scene, 'words'>, person: string | undefined) {
  const answers = new Map<string, Promise<boolean>>();
  async function judge(service: string): Promise<boolean> {
    if (!meetsHook(service, disk.readPam)) return false;
    if (service === 'sshd' && !(await tries.sshAsksPam(sshSettings(disk)))) return false;
    // `su` and `sudo` begin from within a session; what systemd would try is not what they do.
    if (person === undefined || !tried.has(service)) return true;
    return (await tries.pamRefuses(service, person)) !== false;
  }
  return (service: string): Promise<boolean> => {
    const known = answers.get(service) ?? judge(service);
    answers.set(service, known);
    return known;
  };
}

function sshSettings(disk: LockDisk): string[] {
  const folder = '/etc/ssh/sshd_config.d';
  const added = disk.names(folder).filter((name) => name.endsWith('.conf'));
  return ['/etc/ssh/sshd_config', ...added.map((name) => `${folder}/${name}`)].map((path) => disk.text(path) ?? '');
}

const tried: ReadonlySet<string> = new Set(['login', 'sshd']);

function sinceOf(flag: string | undefined) {
  return instantSchema.safeParse(flag?.split('\n')[0]).data;
}
