import { type Files, type Found, ifFound } from './files.ts';

/** What an answer was drawn from: each question to the file system, with a mark of what it would be answered. */
export type Print = ReadonlyMap<string, string>;

/** Ways of asking, as the first word of a question in a print. */
type Way = 'text' | 'names' | 'link' | 'mark';

/**
 * The same files, with every question noted before it is asked: as long as none of
 * them would be answered differently, neither would what was worked out from them.
 */
export function traceFiles(files: Files): { files: Files; print: Print } {
  const print = new Map<string, string>();
  const note = async (way: Way, path: string) => {
    const question = `${way} ${path}`;
    if (!print.has(question)) print.set(question, await markOf(way, path, files));
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

/** Whether every question of the print would be answered as it was. Asked side by side: one after the other costs twice the processor's time. */
export async function isAsBefore(print: Print, files: Files): Promise<boolean> {
  const same = [...print].map(async ([question, mark]) => {
    const space = question.indexOf(' ');
    const way = ways.find((each) => each === question.slice(0, space)) ?? 'mark';
    return (await markOf(way, question.slice(space + 1), files)) === mark;
  });
  return (await Promise.all(same)).every(Boolean);
}

const ways: readonly Way[] = ['text', 'names', 'link', 'mark'];

/** The kernel's own files bear no time of change: there the content is the mark. A link's target is as short as a mark. */
async function markOf(way: Way, path: string, files: Files): Promise<string> {
  if (way === 'link') return plain(await files.link(path), (target) => target);
  if (!/^\/(proc|sys)\//.test(path)) return files.mark(path);
  return way === 'names'
    ? plain(await files.names(path), (names) => names.join('/'))
    : plain(await files.text(path), (text) => text);
}

function plain<Value>(found: Found<Value>, say: (value: Value) => string): string {
  const value = ifFound(found);
  if (value !== undefined) return `found ${say(value)}`;
  return 'missing' in found ? found.missing : '';
}
