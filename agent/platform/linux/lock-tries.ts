import type { Exec } from '../exec.ts';
import { lockPlaces, lookMark } from './lock-hook.ts';

const timeoutMs = 8_000;
/** systemd's word for a service whose PAM session was refused. */
const refusedByPam = 224;

/** Asks the real paths of this system; all of it as the administrator, and none of it lets anybody in for more than a moment. */
export function createLockTries(exec: Exec) {
  return {
    /** What the hook itself says to an account; undefined: it cannot be run. */
    async hookRefuses(person: string): Promise<boolean | undefined> {
      const words = [`PAM_USER=${person}`, 'PAM_TYPE=account', `${lookMark}=1`, lockPlaces.check];
      const asked = await exec('env', words, { timeoutMs });
      if (asked.kind !== 'exited') return undefined;
      return asked.code === 0 ? false : asked.code === 1 ? true : undefined;
    },
    /**
     * Has systemd begin a service in this person's name through a service of PAM, as a sign-in does after the
     * password was right. undefined: there is no systemd to ask.
     */
    async pamRefuses(service: string, person: string): Promise<boolean | undefined> {
      const options = ['--quiet', '--wait', '--collect', `--property=PAMName=${service}`, `--property=User=${person}`];
      const asked = await exec('systemd-run', [...options, '/bin/true'], { timeoutMs });
      if (asked.kind !== 'exited') return undefined;
      return asked.code === 0 ? false : asked.code === refusedByPam ? true : undefined;
    },
    /**
     * Whether ssh asks PAM at all: where it does not, a key lets its owner in past every lock. The program itself
     * says it; one that is not set up to run yet says nothing, and then `texts` tell.
     */
    async sshAsksPam(texts: readonly string[]): Promise<boolean> {
      const asked = await exec('sshd', ['-T'], { timeoutMs });
      if (asked.kind === 'exited' && asked.code === 0) return /^usepam yes$/im.test(asked.stdout);
      return settingsAskPam(texts);
    },
  };
}

export type LockTries = ReturnType<typeof createLockTries>;

/** An account of a person to try with, by `/etc/passwd`: the first, and never the break-glass account. */
export function personToTry(passwd: string, breakGlass: string): string | undefined {
  return passwd.split(/\r?\n/).flatMap((line) => {
    const [name = '', , uid = ''] = line.split(':');
    const isPerson = /^\d+$/.test(uid) && Number(uid) >= 1000 && Number(uid) < 60_000;
    return isPerson && name !== breakGlass && /^[A-Za-z_][\w.-]*$/.test(name) ? [name] : [];
  })[0];
}

/** Whether all of ssh's settings that speak of PAM want it; where none does, ssh itself does not. */
export function settingsAskPam(texts: readonly string[]): boolean {
  const said = texts.flatMap((text) => [...text.matchAll(/^\s*UsePAM[\s=]+(\S+)/gim)].map((match) => match[1]));
  return said.length > 0 && said.every((value) => value?.toLowerCase() === 'yes');
}
