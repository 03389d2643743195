import type { Sessions } from '../../../shared/report/sessions.ts';
import type { Probe } from '../platform.ts';
import { keepWhileUnchanged } from '../unchanged.ts';
import type { ListNames, ReadText } from './proc.ts';
import { createSessionsProbe, type SessionsParts } from './sessions.ts';

/** How long an answer about who is signed in may be given again. */
const keptMs = 30 * 60 * 1000;

/** logind writes a file for each session and each person, and writes it anew whenever something about them changed. */
const folders = ['/run/systemd/sessions', '/run/systemd/users'];

/**
 * Who is signed in, asked of logind only when it wrote something down. The files
 * are logind's own business: what they say is never read as an answer, only
 * compared with what they said.
 *
 * What the mark sees: every sign-in and sign-out, at once; who comes to the front
 * or goes to the back; that logind itself ended or was started anew; a session that is closing, and then nothing is given again,
 * for who is left in it shows among the processes.
 *
 * What it cannot see: a screen that was unlocked, which logind keeps in its head.
 * So an answer with a locked screen in it is never given again. A screen that was
 * locked counts as not known to be until the time is over.
 */
export function createSessionRounds(parts: SessionsParts): Probe<Sessions> {
  const ask = createSessionsProbe(parts);
  return keepWhileUnchanged({
    clock: parts.clock,
    keptMs,
    // logind answers from its head, and writes down what is already there.
    lags: false,
    mark: createSessionMark(parts.read, parts.list),
    async look(signal) {
      const reading = await ask(signal);
      return {
        reading,
        lasting: reading.state === 'known' && reading.value.sessions.every((session) => session.locked !== true),
      };
    },
  });
}

/** undefined: no logind keeps files here, one cannot be read, or a session is closing. */
export function createSessionMark(read: ReadText, list: ListNames): () => Promise<string | undefined> {
  const processOfLogind = createProcessOfLogind(read);
  return async () => {
    const parts: string[] = [await processOfLogind()];
    for (const folder of folders) {
      const names = await list(folder);
      if (names === undefined) return undefined;
      parts.push(names.sort().join(' '));
      // DANGER: "3.ref" beside "3" is a pipe. Whoever opens it waits for ever, and holds a thread of the agent.
      for (const name of names.filter((each) => /^[A-Za-z0-9]+$/.test(each))) {
        const text = await read(`${folder}/${name}`);
        if (text === undefined || /^STATE=closing\s*$/m.test(text)) return undefined;
        parts.push(text);
      }
    }
    return parts.join('\0');
  };
}

/** Where the control groups are, by the newer and the older kind. */
const groups = ['/sys/fs/cgroup', '/sys/fs/cgroup/systemd'];

/** The number of logind's own process; nothing where the groups are not shown. The place it was found in is asked first. */
function createProcessOfLogind(read: ReadText): () => Promise<string> {
  let places: readonly string[] = groups;
  return async () => {
    for (const place of places) {
      const found = await read(`${place}/system.slice/systemd-logind.service/cgroup.procs`);
      if (found === undefined) continue;
      if (place !== places[0]) places = [place, ...groups.filter((other) => other !== place)];
      return found;
    }
    return '';
  };
}
