import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Installation } from '../../../../agent/platform/browsers/sign-out/browser-processes.ts';
import {
  createBrowserProcesses,
  parseArguments,
  parsePrograms,
  parseWriters,
  quitCommand,
} from '../../../../agent/platform/macos/browser-processes.ts';
import { makeTempFolder } from '../../../support/temp-folder.ts';
import { exited, playback } from '../recordings.ts';

const { signal } = new AbortController();
const chrome = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';
const helper =
  '/Applications/Google Chrome.app/Contents/Frameworks/x/Google Chrome Helper.app/Contents/MacOS/Google Chrome Helper';
const began = 'Sat Nov 21 09:15:02 2026';
const processes = `  501     1   501 ${began}     ${chrome}\n  502   501   501 ${began}     ${helper}\n  700     1   502 ${began}     ${chrome}\n  800     1   501 ${began}     /usr/bin/vim\n`;

describe('whose browser a process is, on a Mac (DEV2)', () => {
  it('reads who runs what, since when', () => {
    const found = parsePrograms(processes);
    expect(found.get(501)).to.deep.equal({ pid: 501, parent: 1, uid: 501, began, program: chrome });
    expect(parsePrograms('PID COMM\nnonsense').size).to.equal(0);
  });

  it('reads options whose values hold blanks', () => {
    const line = ` 501 ${chrome} --user-data-dir=/Users/anna/My Data --type=gpu\n 502 firefox -profile /Users/anna/A B -contentproc`;
    expect(parseArguments(line).get(501)).to.deep.equal([chrome, '--user-data-dir=/Users/anna/My Data', '--type=gpu']);
    expect(parseArguments(line).get(502)).to.deep.equal(['firefox', '-profile', '/Users/anna/A B', '-contentproc']);
  });

  it('finds who has a file of the folder open for writing, and not who only reads', () => {
    const text =
      'p501\nf10\nau\nn/x/Chrome/Default/Cookies\np502\nf3\nar\nn/x/Chrome/Default/History\np503\nf4\naw\nn/x/Chromeother/y\n';
    expect([...parseWriters(text, '/x/Chrome')]).to.deep.equal([501]);
  });

  it('asks a browser to quit by its own name, in its owner’s session', () => {
    expect(quitCommand('chrome', 501)).to.deep.equal({
      tool: 'launchctl',
      args: ['asuser', '501', 'osascript', '-e', 'tell application id "com.google.Chrome" to quit'],
    });
    expect(quitCommand('app', 501)).to.equal(undefined);
  });

  const folder = join(makeTempFolder(), 'Chrome');
  mkdirSync(folder);
  const installation: Installation = {
    ...{ browser: 'chrome', family: 'chromium', person: 'anna', owner: 501, folder, profiles: [] },
  };
  function createScene(change: { isAdministrator?: boolean; quits?: boolean } = {}) {
    const { isAdministrator = true, quits = true } = change;
    const sent: string[] = [];
    const exec = playback({
      ps: (args) =>
        args.includes('pid=,command=') ? `  501 ${chrome}\n  502 ${helper} --type=gpu\n  800 vim\n` : processes,
      lsof: `p501\nf10\nau\nn${folder}/Default/Cookies\n`,
      launchctl: quits ? '' : exited('', 1),
    });
    const kill = (pid: number, signalName: string) => void sent.push(`${signalName} ${pid}`);
    return { sent, exec, processes: createBrowserProcesses({ exec, isAdministrator, kill }) };
  }

  it('takes the owner’s browser that writes in the folder', async () => {
    expect(await createScene().processes.holders(installation, signal)).to.deep.equal({
      browser: [{ pid: 501, began, isMain: true }],
      others: 0,
    });
    expect(await createScene({ isAdministrator: false }).processes.holders(installation, signal)).to.equal(undefined);
  });

  it('sends a signal where the browser may not be spoken to, and only to the very process', async () => {
    const refused = createScene({ quits: false });
    await refused.processes.askToClose([{ pid: 501, began, isMain: true }], installation);
    await refused.processes.end([{ pid: 501, began: 'Sat Nov 21 08:00:00 2026', isMain: true }]);
    expect(refused.sent).to.deep.equal(['SIGTERM 501']);
    const quits = createScene();
    await quits.processes.askToClose([{ pid: 501, began, isMain: true }], installation);
    expect(quits.sent).to.deep.equal([]);
  });
});
