import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A program that answers each line with a line. */
export interface Talker {
  /** The next line that begins with `word`, without it. */
  hear(word: string): Promise<string>;
  /** Says a line and hears its answer. */
  ask(line: string, word: string): Promise<string>;
  end(): Promise<void>;
}

/** Starts it with TypeScript's loader. It ends with this process. */
export function startTalker(script: string, args: readonly string[]): Talker {
  const child = spawn(process.execPath, ['--import=tsx', script, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  const unheard: string[] = [];
  let listener: (() => void) | undefined;
  createInterface({ input: child.stdout }).on('line', (line) => {
    unheard.push(line);
    listener?.();
  });
  process.once('exit', () => child.kill('SIGKILL'));
  const hear = async (word: string): Promise<string> => {
    for (;;) {
      const line = unheard.shift();
      if (line?.startsWith(`${word} `) || line === word) return line.slice(word.length + 1);
      if (line !== undefined) continue;
      if (child.exitCode !== null) throw new Error(`${script} has ended with ${child.exitCode}`);
      await Promise.race([
        ended,
        new Promise<void>((resolve) => {
          listener = resolve;
        }),
      ]);
    }
  };
  return {
    hear,
    ask(line, word) {
      child.stdin.write(`${line}\n`);
      return hear(word);
    },
    async end() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
