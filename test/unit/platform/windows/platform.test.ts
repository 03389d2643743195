import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { createExec, createStartLong, type ProcessHost } from '../../../../agent/platform/exec.ts';
import { selectPlatform } from '../../../../agent/platform/select.ts';
import { createWindowsPlatform } from '../../../../agent/platform/windows/platform.ts';
import { windowsHost, windowsToolFolders } from '../../../../agent/platform/windows/process-host.ts';
import { createProber } from '../../../../agent/probe/prober.ts';
import { silentLog } from '../../../../shared/log.ts';
import { fullReportSchema } from '../../../../shared/report/report.ts';
import { until } from '../../../support/processes.ts';
import { noHealth, platformParts } from '../platform-parts.ts';
import { atNoon, playback } from '../recordings.ts';
import { createFakePowerShell, type FakePowerShell, type Play } from './fake-powershell.ts';
import { recorded } from './windows-device.ts';

describe('Windows as a platform', () => {
  let fake: FakePowerShell | undefined;
  afterEach(() => fake?.remove());

  async function report(plays: readonly Play[] | 'stub') {
    fake = createFakePowerShell(plays);
    const platform = createWindowsPlatform(platformParts(atNoon), {
      start: fake.start,
      exec: playback({}),
      letters: async () => ['C'],
      names: () => ({ servers: [], asPrograms: async () => ({ kind: 'nothing' }) }),
    });
    const prober = createProber({ platform, clock: atNoon, log: silentLog, health: noHealth, onReading: () => {} });
    const sections = await prober.askAll();
    return fullReportSchema.parse({ platform: platform.name, at: '2026-11-21T12:00:00.000Z', sections }).sections;
  }

  it('reports every section it can by one real process', async () => {
    const sections = await report([
      { when: 'MSFT_Disk', do: 'answer', text: recorded('media-three.json') },
      { when: 'Win32_EncryptableVolume', do: 'answer', text: recorded('Win32_EncryptableVolume_methods-json.txt') },
      { when: '::All($false)', do: 'answer', text: recorded('wts-laptop.json'), noise: true },
      { when: '::All($true)', do: 'answer', text: recorded('rights-laptop.json') },
      { when: 'Get-AppxPackage', do: 'answer', text: recorded('programs-laptop.json') },
      { when: 'Win32_Battery', do: 'answer', text: recorded('system-laptop.json') },
      // What this test does not speak of.
      { when: '', do: 'fault', code: 0 },
    ]);
    expect(sections.encryption).to.have.nested.property('value.protection', 'protected');
    expect(sections.sessions).to.have.nested.property('value.sessions[0].person', 'sam.okafor');
    expect(sections.media).to.have.nested.property('value.attached').with.length(3);
    expect(sections.programs).to.have.nested.property('value.count', 6);
    expect(sections.rights).to.have.nested.property('value.people[0].person', 'sam.okafor');
    expect(sections.system).to.have.nested.property('value.model', 'LENOVO 20KS');
    expect(fake?.noted().filter((line) => line.startsWith('start'))).to.have.length(1);
  });

  it('locks by the same process where it is told whom a lock never refuses, and puts back at its start what was held', async () => {
    fake = createFakePowerShell([
      { when: 'ThisStart', do: 'answer', text: 'done' },
      { when: 'Win32_UserAccount', do: 'answer', text: recorded('lock-locked.json') },
      { when: '::Deny(', do: 'answer', text: 'done' },
      { when: '::Allow(', do: 'answer', text: 'done' },
      { when: '', do: 'fault', code: 0 },
    ]);
    const parts = { start: fake.start, exec: playback({}), letters: async () => ['C'] };
    const bare = createWindowsPlatform(platformParts(atNoon), parts);
    expect(await bare.locking.lock({ text: 'Off site', challenge: null })).to.have.property('done', false);
    expect(bare.refusal).to.equal(undefined);
    const words = { breakGlass: 'hometime-rescue', codeCommand: [] };
    const platform = createWindowsPlatform({ ...platformParts(atNoon), lockWords: words }, parts);
    platform.watch(() => {})();
    expect(await platform.refusal?.('lock')).to.equal(undefined);
    expect(await platform.refusal?.('wipe')).to.equal(undefined);
    expect(await platform.locking.lock({ text: 'Off site', challenge: null })).to.deep.equal({ done: true });
    expect(await platform.locking.look(AbortSignal.timeout(5_000))).to.have.nested.property('value.locked', true);
    expect(await platform.locking.release()).to.deep.equal({ done: true });
    expect(await platform.isBusy()).to.equal(false);
    expect(await platform.holdBackAutomaticSignIn()).to.equal(undefined);
    const noted = fake.noted();
    expect(noted.filter((line) => line === 'ask')).to.have.length(8);
    expect(noted.filter((line) => line.startsWith('start'))).to.have.length(1);
  });

  it('gives its probes the time that one PowerShell needs to start, to compile and to answer those before', () => {
    const { limitsMs } = createWindowsPlatform(platformParts(atNoon));
    expect(limitsMs?.sessions).to.be.at.least(35_000);
  });

  it('starts the tools of the Windows that runs, wherever it was installed', async () => {
    // On this system a whole Windows path is the name of one file.
    const folder = mkdtempSync(join(tmpdir(), 'windows-'));
    const root = join(folder, 'D');
    mkdirSync(`${root}\\`);
    const text = JSON.stringify(recorded('quser-en-console.txt'));
    writeFileSync(`${root}\\System32\\quser.exe`, `#!${process.execPath}\nprocess.stdout.write(${text});`, {
      mode: 0o755,
    });
    const real = process.platform;
    try {
      Object.defineProperty(process, 'platform', { value: 'win32' });
      const platform = selectPlatform({ ...platformParts(atNoon), systemRoot: root });
      Object.defineProperty(process, 'platform', { value: real });
      const reading = await platform.probes.sessions(AbortSignal.timeout(20_000));
      expect(reading).to.have.nested.property('value.sessions[0].person', 'sam.okafor');
    } finally {
      Object.defineProperty(process, 'platform', { value: real });
      rmSync(folder, { recursive: true });
    }
  });

  it('answers unknown to everything when PowerShell is a stub that ends well and says nothing', async () => {
    const sections = await report('stub');
    for (const reading of Object.values(sections)) expect(reading).to.have.property('state', 'unknown');
    expect(sections.encryption).to.include({ reason: 'tool-missing', detail: 'manage-bde' });
  });

  it('looks for tools in the real folder of the system first, which a 32-bit process has under another name', () => {
    expect(windowsToolFolders('D:\\Windows').slice(0, 2)).to.deep.equal([
      'D:\\Windows\\Sysnative',
      'D:\\Windows\\System32',
    ]);
    const host = windowsHost('D:\\Windows');
    expect(host.endTree?.(42)).to.deep.equal({
      file: 'D:\\Windows\\System32\\taskkill.exe',
      args: ['/PID', '42', '/T', '/F'],
    });
    expect(host.decode(Buffer.from([0x90, 0x54, 0x41, 0x54, 0xb5]))).to.equal('ÉTATÁ');
    expect(host.decode(Buffer.from('É'))).to.equal('É');
  });

  it('ends a tool by the command of its system, where processes form no group', async () => {
    const folder = '/bin';
    const host: ProcessHost = {
      separator: '/',
      cwd: '/',
      environment: {},
      endTree: (pid) => ({ file: '/bin/kill', args: ['-9', String(pid)] }),
      decode: (bytes) => bytes.toString(),
    };
    expect(await createExec([folder], host)('sleep', ['60'], { timeoutMs: 100 })).to.deep.equal({ kind: 'timed-out' });
    let ends = 0;
    let pid = '';
    const shell = await createStartLong([folder], host)('sh', [], {
      onOutput: (part) => {
        pid += part.toString();
      },
      onEnd: () => {
        ends += 1;
      },
    });
    shell?.write('echo $$\n');
    await until('its number', async () => (pid.endsWith('\n') ? true : undefined));
    shell?.kill();
    await until('its end', async () => (ends > 0 && !existsSync(`/proc/${pid.trim()}/status`) ? true : undefined));
    expect(ends).to.equal(1);
  });
});
