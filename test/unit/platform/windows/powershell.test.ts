import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import fc from 'fast-check';
import { encryptableVolumesScript } from '../../../../agent/platform/windows/encryptable-volumes.ts';
import { mediaScript } from '../../../../agent/platform/windows/media-script.ts';
import { createPowerShell } from '../../../../agent/platform/windows/powershell.ts';
import { readFrame, requestLine } from '../../../../agent/platform/windows/powershell-frame.ts';
import { programsScript } from '../../../../agent/platform/windows/programs-script.ts';
import { rightsScript } from '../../../../agent/platform/windows/rights-script.ts';
import { systemScript } from '../../../../agent/platform/windows/system-script.ts';
import { listSessionsScript, logOffScript } from '../../../../agent/platform/windows/wts.ts';
import { until } from '../../../support/processes.ts';
import { atNoon } from '../recordings.ts';
import { createFakePowerShell, type FakePowerShell, type Play } from './fake-powershell.ts';

const marker = { first: 'hometimeabc', second: 'def' };

describe('the one PowerShell that stays', () => {
  let fake: FakePowerShell | undefined;
  afterEach(() => fake?.remove());

  function open(
    plays: readonly Play[] | 'stub',
    limits: { limitMs?: number; idleMs?: number; clock?: typeof atNoon } = {},
  ) {
    const made = createFakePowerShell(plays);
    fake = made;
    const powershell = createPowerShell({ start: made.start, clock: atNoon, limitMs: 5_000, ...limits });
    return { powershell, fake: made, starts: () => made.noted().filter((line) => line.startsWith('start')) };
  }

  it('answers many questions by one process, one at a time', async () => {
    const { powershell, fake, starts } = open([
      { when: 'one', do: 'answer', text: '[1]', afterMs: 50 },
      { when: 'two', do: 'answer', text: '[2]' },
    ]);
    const answers = await Promise.all([powershell.ask('one'), powershell.ask('two'), powershell.ask('one')]);
    expect(answers.map((each) => each.kind === 'answer' && each.text)).to.deep.equal(['[1]', '[2]', '[1]']);
    expect(starts()).to.have.length(1);
    expect(starts()[0]).to.match(/-NoProfile -NonInteractive -NoLogo -Command -$/);
    expect(fake.noted().filter((line) => line.includes('busy'))).to.deep.equal([]);
  });

  it('finds the answer among noise in another code page, and is not fooled by an echo of the question', async () => {
    const { powershell } = open([{ when: 'x', do: 'answer', text: '{"a":"\\u00fc"}', noise: true, echo: true }]);
    expect(await powershell.ask('x')).to.deep.equal({ kind: 'answer', text: '{"a":"\\u00fc"}', elevated: true });
  });

  it('tells faults by number, the lack of rights, and Constrained Language Mode', async () => {
    const { powershell, starts } = open([
      { when: 'refused', do: 'fault', code: -2147024891, elevated: false },
      { when: 'locked-down', do: 'constrained' },
    ]);
    expect(await powershell.ask('refused')).to.deep.equal({ kind: 'fault', code: -2147024891, elevated: false });
    expect(await powershell.ask('locked-down')).to.deep.equal({ kind: 'constrained' });
    expect(starts()).to.have.length(1);
  });

  it('ends one that hangs, with what it started, and starts another for the next question', async () => {
    const { powershell, fake, starts } = open(
      [
        { when: 'slow', do: 'leave-child' },
        { when: 'next', do: 'answer', text: '[]' },
      ],
      { limitMs: 1_500 },
    );
    expect(await powershell.ask('slow')).to.deep.equal({ kind: 'timed-out' });
    const child = fake
      .noted()
      .find((line) => line.startsWith('child'))
      ?.split(' ')[1];
    expect(child).to.match(/^\d+$/);
    await until('its child to be gone', async () => (isRunning(child) ? undefined : true));
    expect(await powershell.ask('next')).to.include({ kind: 'answer' });
    expect(starts()).to.have.length(2);
  });

  it('says failed when it dies, breaks off in the middle, or prints without end, and starts anew', async () => {
    const { powershell, starts } = open([
      { when: 'die', do: 'die' },
      { when: 'half', do: 'half' },
      { when: 'flood', do: 'flood' },
      { when: 'well', do: 'answer', text: '[]' },
    ]);
    for (const script of ['die', 'half']) expect(await powershell.ask(script)).to.deep.equal({ kind: 'failed' });
    expect(await powershell.ask('well')).to.include({ kind: 'answer' });
    expect(await powershell.ask('flood')).to.deep.equal({ kind: 'failed' });
    expect(await powershell.ask('well')).to.include({ kind: 'answer' });
    expect(starts()).to.have.length(4);
  });

  it('says failed for a stub that ends well and says nothing, and leaves it alone after three failures', async () => {
    let now = Date.UTC(2026, 10, 21);
    const { powershell, starts } = open('stub', { clock: { now: () => now } });
    for (let asked = 0; asked < 6; asked++) expect(await powershell.ask('x')).to.deep.equal({ kind: 'failed' });
    expect(starts()).to.have.length(3);
    now += 6 * 60_000;
    expect(await powershell.ask('x')).to.deep.equal({ kind: 'failed' });
    expect(starts()).to.have.length(4);
  });

  it('says missing where there is none', async () => {
    const powershell = createPowerShell({ start: async () => undefined, clock: atNoon });
    expect(await powershell.ask('x')).to.deep.equal({ kind: 'missing' });
  });

  it('frees an asker whose signal fires, lets the question under way finish, and sends none that was given up', async () => {
    const { powershell, fake, starts } = open([
      { when: 'slow', do: 'answer', text: '[]', afterMs: 600 },
      { when: 'given-up', do: 'answer', text: '[]' },
      { when: 'next', do: 'answer', text: '["next"]' },
    ]);
    const slow = powershell.ask('slow', AbortSignal.timeout(100));
    const givenUp = powershell.ask('given-up', AbortSignal.timeout(100));
    expect(await slow).to.deep.equal({ kind: 'timed-out' });
    expect(await givenUp).to.deep.equal({ kind: 'timed-out' });
    expect(await powershell.ask('next')).to.include({ text: '["next"]' });
    expect(starts()).to.have.length(1);
    expect(fake.noted().filter((line) => line.startsWith('ask'))).to.have.length(2);
  });

  it('ends when nobody asks for a while', async () => {
    const { powershell, fake, starts } = open([{ when: 'x', do: 'answer', text: '[]' }], { idleMs: 100 });
    await powershell.ask('x');
    await until('its end', async () => (fake.noted().at(-1) === 'end' ? true : undefined));
    const isOver = async () => (isRunning(starts()[0]?.split(' ')[1]) ? undefined : true);
    await until('the process to be gone', isOver);
    expect(await powershell.ask('x')).to.include({ kind: 'answer' });
  });

  it('writes each script as one line of ASCII that never holds its own marker whole', () => {
    for (const script of [
      encryptableVolumesScript,
      listSessionsScript,
      logOffScript(7),
      rightsScript,
      systemScript,
      programsScript,
      mediaScript,
    ]) {
      const line = requestLine(script, marker);
      expect(line)
        .to.match(/^[\x20-\x7e]+$/)
        .and.include(script)
        .and.not.include('hometimeabcdef');
      for (const [open, close] of ['{}', '()', '[]'])
        expect(line.split(open ?? '').length, `${open}${close}`).to.equal(line.split(close ?? '').length);
      expect(line.split("'").length % 2, 'quotes').to.equal(1);
    }
  });

  it('never asks for a key protector', () => {
    expect(encryptableVolumesScript).to.not.match(/protector|recovery|password|numerical/i);
  });

  it('takes any bytes without throwing, and only whole frames of its own marker', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (noise, json) => {
        expect(readFrame(noise, marker)).to.equal(undefined);
        const framed = `${noise}hometimeabcdef answer 0 1\r\n${json}\r\nhometimeabcdef end\r\n${noise}`;
        expect(readFrame(framed, marker)?.kind).to.equal('answer');
        expect(readFrame(framed.slice(0, framed.indexOf(' end')), marker)).to.equal(undefined);
      }),
    );
  });
});

function isRunning(pid: string | undefined): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
