import { readFileSync } from 'node:fs';
import type { Exec, ExecResult } from '../../../agent/platform/exec.ts';

const folder = new URL('../../fixtures/platform/linux/', import.meta.url);

/** What a real tool printed on a real system; see SOURCES.md beside the files. */
export function recorded(name: string): string {
  return readFileSync(new URL(name, folder), 'utf8');
}

export function exited(stdout: string, code = 0, stderr = ''): ExecResult {
  return { kind: 'exited', code, stdout, stderr };
}

type Answer = string | ExecResult | ((args: readonly string[]) => string | ExecResult);

/** A starter of processes that plays recordings; a tool without one is missing. Keeps what was asked. */
export function playback(answers: Record<string, Answer>): Exec & { calls: string[] } {
  const calls: string[] = [];
  const exec = async (tool: string, args: readonly string[]): Promise<ExecResult> => {
    calls.push([tool, ...args].join(' '));
    const answer = answers[tool];
    if (answer === undefined) return { kind: 'missing' };
    const said = typeof answer === 'function' ? answer(args) : answer;
    return typeof said === 'string' ? exited(said) : said;
  };
  return Object.assign(exec, { calls });
}

export const atNoon = { now: () => Date.UTC(2026, 10, 21, 12) };

/** Ways a text arrives damaged: cut at each line, other line ends, a byte-order mark, nothing, noise. */
export function damaged(text: string): string[] {
  const lines = text.split('\n');
  const cut = lines.map((_line, at) => lines.slice(0, at).join('\n'));
  return [...cut, text.replaceAll('\n', '\r\n'), `\uFEFF${text}`, '', '\0'.repeat(20_000), 'ÿ{[" '.repeat(5_000)];
}
