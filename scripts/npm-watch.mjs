import { readFileSync } from 'node:fs';

/**
 * Calls `onGone` once npm, which started this script, is no more, however it
 * went. A signal to npm ends its shell and not what the shell started; a
 * `kill -9` does not even end the shell. So the shell between npm and this
 * script is looked through, where the system shows it (Linux). Who npm is, is
 * seen at the call; what is looked at from then on begins with `begin`.
 */
export function watchNpm(onGone) {
  if (process.env.npm_lifecycle_event === undefined) return { begin() {} };
  const parent = process.ppid;
  const npm = isShellOfNpm(parent) ? parentOf(parent) : undefined;
  const isGone = () => process.ppid !== parent || (npm !== undefined && parentOf(parent) !== npm);
  return {
    begin() {
      const timer = setInterval(() => {
        if (!isGone()) return;
        clearInterval(timer);
        onGone();
      }, 250).unref();
    },
  };
}

/** npm runs a script as `sh -c …`; a shell that a person typed into is not called so. */
function isShellOfNpm(pid) {
  return read(`/proc/${pid}/cmdline`)?.split('\0')[1] === '-c';
}

/** The parent's process id as the system writes it, undefined where it cannot be seen. The program's name before it may hold anything, also a bracket. */
function parentOf(pid) {
  const stat = read(`/proc/${pid}/stat`);
  return stat
    ?.slice(stat.lastIndexOf(')') + 1)
    .trim()
    .split(' ')[1];
}

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
