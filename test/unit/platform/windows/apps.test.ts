import { mkdirSync, symlinkSync } from 'node:fs';
import { expect } from 'chai';
import fc from 'fast-check';
import { createAppsProbe } from '../../../../agent/platform/windows/apps.ts';
import { createPeopleFolders, parseProfilePaths } from '../../../../agent/platform/windows/people-folders.ts';
import type { PowerShell, PowerShellAnswer } from '../../../../agent/platform/windows/powershell.ts';
import { defaultDeviceSettings } from '../../../../shared/policy/device-settings.ts';
import { aMinuteAhead, answerOf, createBrowserHome, knownApps } from '../browsers/browser-home.ts';

const signal = new AbortController().signal;

function powershellThatSays(answer: PowerShellAnswer): PowerShell & { asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    async ask(script) {
      asked.push(script);
      return answer;
    },
  };
}

const said = (text: string): PowerShellAnswer => ({ kind: 'answer', text, elevated: true });

describe('signed-in apps on Windows', () => {
  it('looks into every browser of every person, and into nobody else (DEV2)', async () => {
    const users = createBrowserHome();
    users.lay('chromium-signed-in', 'amara/AppData/Local/Google/Chrome/User Data/Default');
    users.lay('chromium-signed-in-compacted', 'amara/AppData/Local/Microsoft/Edge/User Data/Profile 1');
    users.lay('firefox-signed-in', 'ben/AppData/Roaming/Mozilla/Firefox/Profiles/ab.default');
    users.lay('chromium-signed-out-tombstone', 'ben/AppData/Local/BraveSoftware/Brave-Browser/User Data/Default');
    users.lay('chromium-signed-in', 'Public/AppData/Local/Google/Chrome/User Data/Default');
    mkdirSync(users.at('Default/AppData'), { recursive: true });
    symlinkSync(users.at('Default'), users.at('Default User'));
    const probe = createAppsProbe({
      clock: aMinuteAhead,
      settings: () => defaultDeviceSettings,
      powershell: powershellThatSays({ kind: 'missing' }),
      usersFolder: users.path,
      scratchBelow: users.scratch,
    });
    const apps = knownApps(await probe(signal));
    expect(apps.signIns.map(({ person, browser }) => [person, browser])).to.deep.equal([
      ['amara', 'chrome'],
      ['amara', 'edge'],
      ['ben', 'firefox'],
    ]);
    expect([answerOf(apps), apps.unread]).to.deep.equal(['signed-in', []]);
  });

  it('says unknown when the folder of people cannot be listed', async () => {
    const users = createBrowserHome();
    const probe = createAppsProbe({
      clock: aMinuteAhead,
      settings: () => defaultDeviceSettings,
      powershell: powershellThatSays({ kind: 'missing' }),
      usersFolder: users.at('not-there'),
      scratchBelow: users.scratch,
    });
    expect(await probe(signal)).to.include({ state: 'unknown', reason: 'blocked-by-permission' });
  });

  it('asks Windows for folders on other drives once an hour, and again after no answer', async () => {
    const users = createBrowserHome();
    let nowMs = 0;
    const clock = { now: () => nowMs };
    const answering = powershellThatSays(said('["D:\\\\People\\\\chi"]'));
    const homes = createPeopleFolders({ powershell: answering, clock, usersFolder: users.path });
    // No such drive here: Windows remembers the folders of people who are gone.
    expect(await homes(signal)).to.deep.equal([]);
    nowMs = 59 * 60_000;
    await homes(signal);
    nowMs = 61 * 60_000;
    await homes(signal);
    expect(answering.asked).to.have.length(2);
    expect(answering.asked[0]).to.match(/^[\x20-\x7e]+$/);
    const silent = powershellThatSays({ kind: 'timed-out' });
    const others = createPeopleFolders({ powershell: silent, clock, usersFolder: users.path });
    await others(signal);
    await others(signal);
    expect(silent.asked).to.have.length(2);
  });

  it('takes paths of Windows from the answer, and nothing else, and never throws', () => {
    expect(parseProfilePaths('"C:\\\\Users\\\\amara"')).to.deep.equal(['C:\\Users\\amara']);
    expect(
      parseProfilePaths('["C:\\\\Users\\\\amara","","/etc","D:\\\\x\\\\..\\\\y","\\\\\\\\server\\\\x"]'),
    ).to.deep.equal(['C:\\Users\\amara']);
    expect([parseProfilePaths(''), parseProfilePaths('[1]'), parseProfilePaths('{"a":1}')]).to.deep.equal([
      undefined,
      undefined,
      undefined,
    ]);
    fc.assert(fc.property(fc.string(), (text) => void parseProfilePaths(text)));
    fc.assert(fc.property(fc.json(), (text) => void parseProfilePaths(text)));
  });
});
