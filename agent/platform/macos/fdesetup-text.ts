/** FileVault on the volume the Mac runs from, as its own tool says. */
export type FileVault = 'on' | 'off' | 'converting';

/** Words for a change that is running or waiting (on battery): whatever else is said, it is not finished. */
const underWay = /\b(in progress|pending|paused|encrypting|decrypting|converting)\b/i;

/**
 * `fdesetup status`: English sentences on lines in no fixed order, with others
 * between ("FileVault master keychain appears to be installed.", "Deferred
 * enablement appears to be active for user 'x'."). undefined: not understood,
 * or both On and Off are said.
 *
 * Only the bare "FileVault is On." counts as on: "On, but …" tells of something
 * that is still to happen. "Off, but …" is off until it has.
 */
export function parseFdesetupStatus(text: string): FileVault | undefined {
  const said = [...text.matchAll(/\bFileVault is (On|Off)\b(\.(?=\s|$))?/g)];
  const on = said.some((match) => match[1] === 'On');
  const off = said.some((match) => match[1] === 'Off');
  if (on && off) return undefined;
  if (underWay.test(withoutNames(text))) {
    return on || off || /\b(En|De)cryption in progress\b/.test(text) ? 'converting' : undefined;
  }
  if (off) return 'off';
  return on && said.every((match) => match[2] !== undefined) ? 'on' : undefined;
}

/** An account's name may hold any word. */
function withoutNames(text: string): string {
  return text.replace(/'[^'\n]*'/g, "''");
}

/**
 * `fdesetup isactive`: the exit code is the answer, 0 on, 1 off, 2 while a
 * conversion runs in either direction [P boxen/puppet-boxen #60]; the word
 * printed must not contradict it. undefined: not understood.
 */
export function parseFdesetupActive(result: { code: number; stdout: string }): FileVault | undefined {
  const word = result.stdout.replace('\uFEFF', '').trim();
  if (result.code === 0) return word === 'true' ? 'on' : undefined;
  if (result.code === 1) return word === 'false' ? 'off' : undefined;
  return result.code === 2 ? 'converting' : undefined;
}

/**
 * What both questions together prove. They must agree on `on` and on `off`; a
 * conversion that one of them sees is running. undefined: they contradict each
 * other, or one was not understood.
 */
export function agreeOnFileVault(status: FileVault | undefined, active: FileVault | undefined): FileVault | undefined {
  if (status === 'converting' || active === 'converting') return 'converting';
  return status === active ? status : undefined;
}
