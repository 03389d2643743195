import { expect } from 'chai';
import type { Installation } from '../../../../agent/platform/browsers/sign-out/browser-processes.ts';
import {
  argumentsOf,
  browserOf,
  browserProcessesScript,
  createBrowserProcesses,
  parseProcesses,
  taskkillCommand,
  type WindowsProcess,
} from '../../../../agent/platform/windows/browser-processes.ts';
import { playback } from '../recordings.ts';
import { said } from './windows-device.ts';

const { signal } = new AbortController();
const chrome = 'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe';
const folder = 'C:\\Users\\anna\\AppData\\Local\\Google\\Chrome\\User Data';
const installation = (change: Partial<Installation> = {}): Installation => ({
  ...{ browser: 'chrome', family: 'chromium', person: 'anna', owner: undefined, folder, profiles: [] },
  ...change,
});
const running = (change: Partial<WindowsProcess> = {}): WindowsProcess => ({
  ...{ pid: 100, began: '638', name: 'chrome.exe', path: chrome, line: `"${chrome}"`, home: 'C:\\Users\\anna' },
  ...change,
});
const pids = (processes: WindowsProcess[], change: Partial<Installation> = {}) =>
  browserOf(processes, installation(change)).map(({ pid }) => pid);

describe('whose browser a process is, on Windows (DEV2)', () => {
  it('takes the browser of the person, its children too, and knows which of them is asked', () => {
    const child = running({ pid: 101, line: `"${chrome}" --type=renderer --lang=de` });
    expect(browserOf([running(), child], installation()).map(({ isMain }) => isMain)).to.deep.equal([true, false]);
  });

  it('leaves the browsers of others alone, of another product, and of another folder', () => {
    const beta = 'C:\\Program Files\\Google\\Chrome Beta\\Application\\chrome.exe';
    const others = [
      running({ home: 'C:\\Users\\ann' }),
      running({ home: 'C:\\Users\\ben' }),
      running({ home: '' }),
      running({ path: beta }),
      running({ path: '' }),
      running({ name: 'notepad.exe' }),
      running({ line: `"${chrome}" --user-data-dir="D:\\Other Place"` }),
    ];
    expect(pids(others)).to.deep.equal([]);
    expect(pids([running({ line: `"${chrome}" "--user-data-dir=${folder.toLowerCase()}\\"` })])).to.deep.equal([100]);
    const ofBeta = { folder: 'C:\\Users\\anna\\AppData\\Local\\Google\\Chrome Beta\\User Data' };
    expect(pids([running({ path: beta })], ofBeta)).to.deep.equal([100]);
    expect(pids([running()], ofBeta)).to.deep.equal([]);
  });

  it('takes every Firefox of the person for one that may hold the profile, unless it names another', () => {
    const profile = 'C:\\Users\\anna\\AppData\\Roaming\\Mozilla\\Firefox\\Profiles\\ab.default';
    const firefox = { family: 'firefox', browser: 'firefox', folder: profile } as const;
    const path = 'C:\\Program Files\\Mozilla Firefox\\firefox.exe';
    const one = running({ name: 'firefox.exe', path, line: `"${path}"` });
    expect(pids([one, running()], firefox)).to.deep.equal([100]);
    expect(pids([{ ...one, line: `"${path}" -profile "C:\\Elsewhere"` }], firefox)).to.deep.equal([]);
  });

  it('divides command lines as they are written', () => {
    expect(argumentsOf('"C:\\a b\\x.exe" --one="t w o"  -p "q"')).to.deep.equal([
      'C:\\a b\\x.exe',
      '--one=t w o',
      '-p',
      'q',
    ]);
  });

  it('asks by number and name, without force first, then with it', () => {
    expect(taskkillCommand(7, 'chrome.exe', 'ask')).to.deep.equal({
      tool: 'taskkill.exe',
      args: ['/PID', '7', '/FI', 'IMAGENAME eq chrome.exe'],
    });
    expect(taskkillCommand(7, 'chrome.exe', 'end').args.slice(0, 2)).to.deep.equal(['/F', '/T']);
  });

  it('asks PowerShell one line of ASCII, and understands a list, one, none, and nothing else', () => {
    expect(browserProcessesScript).to.match(/^[\x20-\x7e]+$/);
    expect(parseProcesses(JSON.stringify([running()]))).to.deep.equal([running()]);
    expect(parseProcesses(JSON.stringify(running()))).to.deep.equal([running()]);
    expect(parseProcesses('[]')).to.deep.equal([]);
    for (const text of ['', 'x', '[{"pid":1}]']) expect(parseProcesses(text), text).to.equal(undefined);
  });

  function createScene(answers: string[], held = false) {
    const exec = playback({ 'taskkill.exe': '' });
    const powershell = { ask: async () => said(answers.length > 1 ? (answers.shift() ?? '') : (answers[0] ?? '')) };
    return { exec, processes: createBrowserProcesses({ exec, powershell, isHeld: async () => held }) };
  }

  it('says that somebody holds the profile whose lock is held, whoever it is, and nothing without an answer', async () => {
    expect(await createScene(['[]'], true).processes.holders(installation(), signal)).to.deep.equal({
      browser: [],
      others: 1,
    });
    expect(await createScene(['[]']).processes.holders(installation(), signal)).to.deep.equal({
      browser: [],
      others: 0,
    });
    expect(await createScene(['?']).processes.holders(installation(), signal)).to.equal(undefined);
  });

  it('ends nothing whose number belongs to a process that began at another time', async () => {
    const { exec, processes } = createScene([JSON.stringify([running()])]);
    await processes.end([
      { pid: 100, began: '637', isMain: true },
      { pid: 100, began: '638', isMain: true },
    ]);
    expect(exec.calls).to.deep.equal(['taskkill.exe /F /T /PID 100 /FI IMAGENAME eq chrome.exe']);
  });
});
