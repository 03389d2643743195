import { expect } from 'chai';
import fc from 'fast-check';
import { createAppsProbe, parsePackages } from '../../../../agent/platform/android/apps.ts';
import { defaultDeviceSettings } from '../../../../shared/policy/device-settings.ts';
import { appsSchema } from '../../../../shared/report/apps.ts';
import { atNoon, damaged, playback } from '../recordings.ts';

/** The form of `pm list packages`, with a tablet's usual packages; general knowledge, not a recording. */
const listed = ['android', 'com.android.chrome', 'com.google.android.gm', 'com.famly.famly', 'org.mozilla.firefox']
  .map((name) => `package:${name}\n`)
  .join('');

function ask(pm: Parameters<typeof playback>[0][string]) {
  const settings = () => defaultDeviceSettings;
  return createAppsProbe({ exec: playback({ pm }), clock: atNoon, settings })(new AbortController().signal);
}

describe('signed-in apps on Android', () => {
  it('says possible of an app that is installed, never signed in, and unknown of the rest: no browser can be read', async () => {
    const reading = await ask(listed);
    if (reading.state !== 'known') throw new Error(reading.reason);
    const apps = appsSchema.parse(reading.value);
    expect(Object.fromEntries(apps.apps.map(({ app, answer }) => [app, answer]))).to.include({
      famly: 'possible',
      gmail: 'possible',
      facebook: 'unknown',
      tapestry: 'unknown',
    });
    expect(apps.signIns.map(({ app, browser, state }) => [app, browser, state])).to.deep.equal([
      ['famly', 'app', 'possible'],
      ['gmail', 'app', 'possible'],
    ]);
    expect(apps.unread.map(({ browser, reason }) => [browser, reason])).to.deep.equal([
      ['chrome', 'blocked-by-permission'],
      ['firefox', 'blocked-by-permission'],
    ]);
  });

  it('counts an app that is turned off as none: what came with the device can be got rid of in no other way', async () => {
    const turnedOff = (args: readonly string[]) =>
      args.includes('-e') ? listed.replace('package:com.google.android.gm\n', '') : listed;
    const reading = await ask(turnedOff);
    expect(reading.state === 'known' && reading.value.signIns.map(({ app }) => app)).to.deep.equal(['famly']);
  });

  it('names no browser when it knows none of those installed, and says that they are unread all the same', async () => {
    const reading = await ask('package:android\n');
    expect(reading.state === 'known' && reading.value.unread.map(({ browser }) => browser)).to.deep.equal([null]);
  });

  it('says unknown when the list fails, or is none', async () => {
    expect(await ask({ kind: 'missing' })).to.include({ state: 'unknown', reason: 'tool-missing' });
    expect(await ask({ kind: 'timed-out' })).to.include({ state: 'unknown', reason: 'timed-out' });
    for (const text of ['', 'package:\n', 'cmd: Failure calling service package: Failed transaction\n']) {
      expect(await ask(text)).to.include({ state: 'unknown', reason: 'not-understood', detail: 'package-list' });
    }
  });

  it('never says signed out or signed in, however the list is damaged', async () => {
    for (const text of damaged(listed)) {
      const reading = await ask(text);
      if (reading.state === 'unknown') continue;
      for (const { answer } of reading.value.apps) expect(answer).to.be.oneOf(['possible', 'unknown']);
    }
    fc.assert(fc.property(fc.string(), (text) => void parsePackages(text)));
  });
});
