import { type Files, type Found, ifFound, timesIn } from './files.ts';
import { isKernelsOwn } from './proc.ts';
import { isInSight, isSettled, type Question, type Sight, takeSight, type Way, ways } from './sight.ts';

/** What an answer was drawn from: each question to the file system, with a mark of what it would be answered. */
export interface Print {
  /** Marks by question: its way as the first word, then the path. */
  questions: Map<string, string>;
  /** Nothing of it had changed just now: what changes from here on is another mark. */
  isSettled: boolean;
  /** The same as a few looks; undefined until all questions were asked again once, or where they cannot be told so. */
  sight: Sight | undefined;
}

/**
 * The same files, with every question noted before it is asked: as long as none of
 * them would be answered differently, neither would what was worked out from them.
 */
export function traceFiles(files: Files, nowMs = Date.now): { files: Files; print: Print } {
  const print: Print = { questions: new Map(), isSettled: true, sight: undefined };
  const note = async (way: Way, path: string) => {
    const question = `${way} ${path}`;
    if (print.questions.has(question)) return;
    const mark = await markOf(way, path, files);
    print.questions.set(question, mark);
    const times = isMarkedByTimes(way, path) ? timesIn(mark) : undefined;
    if (times !== undefined && !isSettled(times, nowMs())) print.isSettled = false;
  };
  const traced =
    <Rest extends unknown[], Value>(way: Way, ask: (path: string, ...rest: Rest) => Promise<Value>) =>
    async (path: string, ...rest: Rest): Promise<Value> => {
      await note(way, path);
      return ask(path, ...rest);
    };
  return {
    print,
    files: {
      text: traced('text', files.text),
      bytes: traced('text', files.bytes),
      head: traced('text', files.head),
      parts: traced('text', files.parts),
      names: traced('names', files.names),
      link: traced('link', files.link),
      mark: traced('mark', files.mark),
    },
  };
}

/**
 * Whether every question of the print would be answered as it was.
 *
 * The first time each is asked again, side by side: one after the other costs twice the
 * processor's time. From then on a few looks tell it, at a tenth of that, until one of
 * them finds something else than before.
 */
export async function isAsBefore(print: Print, files: Files, nowMs = Date.now): Promise<boolean> {
  if (!print.isSettled) return false;
  if (print.sight !== undefined && isInSight(print.sight, files)) return true;
  const questions = [...print.questions.keys()].map(parseQuestion);
  // Taken before the marks are compared: what changes in between is found by one or the other.
  const sight = takeSight(questions, files, nowMs());
  const marks = [...print.questions.values()];
  const same = questions.map(async ({ way, path }, at) => (await markOf(way, path, files)) === marks[at]);
  const isSame = (await Promise.all(same)).every(Boolean);
  print.sight = isSame ? sight : undefined;
  return isSame;
}

function parseQuestion(question: string): Question {
  const space = question.indexOf(' ');
  return { way: ways.find((each) => each === question.slice(0, space)) ?? 'mark', path: question.slice(space + 1) };
}

/** The kernel's own files bear no time of change: there the content is the mark. A link's target is as short as a mark. */
async function markOf(way: Way, path: string, files: Files): Promise<string> {
  if (isMarkedByTimes(way, path)) return files.mark(path);
  if (way === 'link') return plain(await files.link(path), (target) => target);
  return way === 'names'
    ? plain(await files.names(path), (names) => names.join('/'))
    : plain(await files.text(path), (text) => text);
}

function isMarkedByTimes(way: Way, path: string): boolean {
  return way !== 'link' && !isKernelsOwn(path);
}

function plain<Value>(found: Found<Value>, say: (value: Value) => string): string {
  const value = ifFound(found);
  if (value !== undefined) return `found ${say(value)}`;
  return 'missing' in found ? found.missing : '';
}
