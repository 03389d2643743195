import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { createExec } from '../../../agent/platform/exec.ts';
import { until } from '../../support/processes.ts';

describe('the starter of processes', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'exec-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** A tool of our own in a folder of our own: real processes, with nothing of the system's. */
  function tool(script: string) {
    writeFileSync(join(folder, 'tool'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    return createExec([folder]);
  }

  function isRunning(pid: number): boolean {
    try {
      // A killed process that nobody has collected yet is a zombie: not running.
      return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
    } catch {
      return false;
    }
  }

  it('gives code, output and errors of a tool that ran to its end', async () => {
    const exec = tool('echo "out $1"; echo err >&2; exit 3');
    expect(await exec('tool', ['a b;$HOME'])).to.deep.equal({
      kind: 'exited',
      code: 3,
      stdout: 'out a b;$HOME\n',
      stderr: 'err\n',
    });
  });

  it('gives a tool its input, and minds neither one that does not read nor one that gets none', async () => {
    const exec = tool('cat');
    const line = 'show State:/Users/ConsoleUser\n';
    expect(await exec('tool', [], { input: line })).to.include({ kind: 'exited', code: 0, stdout: line });
    expect(await exec('tool', [])).to.include({ kind: 'exited', code: 0, stdout: '' });
    const deaf = tool('exec <&-; echo done');
    const answer = await deaf('tool', [], { input: 'x'.repeat(2_000_000) });
    expect(answer).to.include({ kind: 'exited', code: 0, stdout: 'done\n' });
  });

  it('says that a tool is missing, and looks nowhere but in its fixed folders', async () => {
    const exec = createExec();
    expect(await exec('no-such-tool-of-hometime', [])).to.deep.equal({ kind: 'missing' });
    expect(await exec('../../bin/sh', ['-c', 'echo no'])).to.deep.equal({ kind: 'failed', why: 'not-started' });
  });

  it('gives the tool a fixed environment in English and UTC, without the agent’s own', async () => {
    process.env.HOMETIME_SECRET_OF_TEST = 'leak';
    try {
      const result = await createExec()('env', []);
      const output = result.kind === 'exited' ? result.stdout : '';
      expect(output).to.include('LC_ALL=C').and.include('TZ=UTC').and.not.include('leak');
    } finally {
      delete process.env.HOMETIME_SECRET_OF_TEST;
    }
  });

  it('ends a tool at its time limit together with what it started', async () => {
    const exec = tool(`sleep 60 & echo $! > ${folder}/child; wait`);
    const begun = Date.now();
    expect(await exec('tool', [], { timeoutMs: 300 })).to.deep.equal({ kind: 'timed-out' });
    expect(Date.now() - begun).to.be.below(3_000);
    const child = Number(readFileSync(join(folder, 'child'), 'utf8'));
    await until('its child to be gone', async () => (isRunning(child) ? undefined : true));
  });

  it('answers in time although a grandchild that left the group holds the pipes open', async () => {
    const exec = tool(`setsid sleep 5 & echo $! > ${folder}/child; exit 0`);
    const begun = Date.now();
    expect(await exec('tool', [], { timeoutMs: 400 })).to.deep.equal({ kind: 'timed-out' });
    expect(Date.now() - begun).to.be.below(3_000);
  });

  it('ends a tool when the signal fires, and starts none when it fired before', async () => {
    const exec = tool(`echo begun > ${folder}/begun; sleep 60`);
    const signal = AbortSignal.timeout(300);
    expect(await exec('tool', [], { signal })).to.deep.equal({ kind: 'timed-out' });
    rmSync(join(folder, 'begun'));
    expect(await exec('tool', [], { signal })).to.deep.equal({ kind: 'timed-out' });
    expect(() => readFileSync(join(folder, 'begun'))).to.throw('ENOENT');
  });

  it('ends a tool that prints without end', async () => {
    const exec = tool('exec yes abcdefghijklmnopqrstuvwxyz');
    expect(await exec('tool', [], { timeoutMs: 20_000 })).to.deep.equal({ kind: 'failed', why: 'too-much-output' });
  });

  it('says failed, not an answer, when the tool was killed or could not start', async () => {
    expect(await tool('kill -9 $$')('tool', [])).to.deep.equal({ kind: 'failed', why: 'killed' });
    writeFileSync(join(folder, 'tool'), '#!/no/such/interpreter\n', { mode: 0o755 });
    expect(await createExec([folder])('tool', [])).to.deep.equal({ kind: 'failed', why: 'not-started' });
    expect(await createExec([folder])('tool', ['\0'])).to.deep.equal({ kind: 'failed', why: 'not-started' });
  });
});
