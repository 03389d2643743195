import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createStartLong, type StartLong } from '../../../../agent/platform/exec.ts';

/** How the fake takes a question whose script holds the words. */
export interface Play {
  when: string;
  do: 'answer' | 'fault' | 'constrained' | 'hang' | 'die' | 'half' | 'flood' | 'leave-child';
  text?: string;
  code?: number;
  elevated?: boolean;
  /** Printed before each frame: what other programs and profiles print, in bytes of code page 850. */
  noise?: boolean;
  /** Echoes what was typed, as a console does. */
  echo?: boolean;
  afterMs?: number;
}

/**
 * A real process that speaks PowerShell's side of the conversation. It knows no
 * PowerShell: it finds the marker in each line and answers as it was told.
 */
const program = `
const { appendFileSync, readFileSync } = require('node:fs');
const { spawn } = require('node:child_process');
const folder = __dirname;
const log = (what) => appendFileSync(folder + '/log', what + '\\n');
log('start ' + process.pid + ' ' + process.argv.slice(2).join(' '));
if (JSON.parse(readFileSync(folder + '/plays', 'utf8')) === 'stub') process.exit(0);
let busy = 0;
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  if (line.trim() === '') return;
  const [, first, second] = /\\$hm='(\\w+)'\\+'(\\w+)'/.exec(line);
  const mark = first + second;
  const play = JSON.parse(readFileSync(folder + '/plays', 'utf8')).find((each) => line.includes(each.when));
  log('ask' + (busy > 0 ? ' while busy' : ''));
  busy += 1;
  if (play.echo) process.stdout.write('PS C:\\\\> ' + line + '\\r\\n');
  if (play.noise) process.stdout.write(Buffer.from('\\ufeffProfil: \\x81ber\\x90\\r\\nWARNUNG ', 'latin1'));
  const elevated = play.elevated === false ? 0 : 1;
  const frame = {
    answer: mark + ' answer 0 ' + elevated + '\\r\\n' + play.text + '\\r\\n' + mark + ' end\\r\\n',
    fault: mark + ' fault ' + play.code + ' ' + elevated + '\\r\\n\\r\\n' + mark + ' end\\r\\n',
    constrained: mark + ' constrained\\r\\n' + mark + ' end\\r\\n',
    half: mark + ' answer 0 1\\r\\n[{"drive":"C:"',
    flood: 'x'.repeat(9 * 1024 * 1024),
  }[play.do];
  if (play.do === 'leave-child') log('child ' + spawn('sleep', ['60'], { stdio: 'inherit' }).pid);
  setTimeout(() => {
    busy -= 1;
    if (frame) process.stdout.write(frame, () => play.do === 'half' && process.exit(1));
    if (play.do === 'die') process.exit(1);
  }, play.afterMs ?? 0);
});
process.stdin.on('end', () => log('end'));
`;

export interface FakePowerShell {
  start: StartLong;
  play(plays: readonly Play[] | 'stub'): void;
  /** What it noted of itself: "start PID OPTIONS", "ask", "end". */
  noted(): string[];
  remove(): void;
}

export function createFakePowerShell(plays: readonly Play[] | 'stub'): FakePowerShell {
  const folder = mkdtempSync(join(tmpdir(), 'powershell-'));
  writeFileSync(join(folder, 'powershell.exe'), `#!${process.execPath}\n${program}`, { mode: 0o755 });
  writeFileSync(join(folder, 'log'), '');
  const play = (next: readonly Play[] | 'stub') => writeFileSync(join(folder, 'plays'), JSON.stringify(next));
  play(plays);
  return {
    start: createStartLong([folder]),
    play,
    noted: () => readFileSync(join(folder, 'log'), 'utf8').split('\n').filter(Boolean),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
