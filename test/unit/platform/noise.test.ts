import { expect } from 'chai';
import { parseMounts } from '../../../agent/platform/android/mount-text.ts';
import { parsePackageVersions } from '../../../agent/platform/android/package-text.ts';
import { parseBatteryStatus } from '../../../agent/platform/android/system-text.ts';
import { readPlist } from '../../../agent/platform/macos/binary-plist.ts';
import { isInstalling } from '../../../agent/platform/macos/busy.ts';
import { parseDiskInfo, parseUsbSerials, parseWholeDisks } from '../../../agent/platform/macos/media-lists.ts';
import { parsePackages } from '../../../agent/platform/macos/package-text.ts';
import * as macRights from '../../../agent/platform/macos/rights-text.ts';
import * as macSystem from '../../../agent/platform/macos/system-text.ts';
import { parseHold } from '../../../agent/platform/windows/automatic-sign-in-hold.ts';
import { parseLockAnswer } from '../../../agent/platform/windows/lock-answer.ts';
import { parseMediaAnswer } from '../../../agent/platform/windows/media-answer.ts';
import { parseProgramsAnswer } from '../../../agent/platform/windows/programs-answer.ts';
import { parseRightsAnswer } from '../../../agent/platform/windows/rights-answer.ts';
import { parseSystemAnswer } from '../../../agent/platform/windows/system-answer.ts';

const size = 8 * 1024 * 1024;
const filled = (piece: string) => piece.repeat(Math.ceil(size / piece.length)).slice(0, size);

/** Eight megabytes of what tools print when they fail, and of beginnings that never end. */
const noises: Record<string, string> = {
  'line ends': filled('\n'),
  blanks: filled(' '),
  letters: filled('x'),
  brackets: filled('ÿ{[" '),
  zeros: filled('\0'),
  'beginnings of batteries': filled(' -InternalBattery-0 (id=1)\t'),
  'beginnings of lines': filled('\n displaysleep \n{ sec = \nProductName:\n screenLock delay is \n(State = '),
  'beginnings of lists': `<plist><dict>${filled('<key>a</key><array>')}`,
  'beginnings of mounts': filled('/dev/fuse /storage/'),
};

const parsers: Record<string, (text: string) => unknown> = {
  parseMounts: (text) => (parseMounts(text)?.length ? 'found' : undefined),
  parsePackageVersions,
  parseBatteryStatus,
  parsePackages,
  parseWholeDisks,
  parseDiskInfo,
  parseUsbSerials: (text) => (parseUsbSerials(text).size === 0 ? undefined : 'found'),
  readPlist: (text) => readPlist(Buffer.from(`bplist00${text}`)),
  parseMembership: (stdout) => macRights.parseMembership({ code: 0, stdout }),
  parseScreenLock: macRights.parseScreenLock,
  parseDisplaySleep: macRights.parseDisplaySleep,
  parseFirewall: macRights.parseFirewall,
  parseAutomaticSignIn: macRights.parseAutomaticSignIn,
  parseSwVers: macSystem.parseSwVers,
  parseSysctl: macSystem.parseSysctl,
  parseBattery: macSystem.parseBattery,
  parseUpdates: (text) => macSystem.parseUpdates(text, 0),
  parseMediaAnswer,
  parseProgramsAnswer,
  parseRightsAnswer,
  parseSystemAnswer,
  parseHold,
  parseLockAnswer,
  isInstalling: (text) => (isInstalling(text) ? 'found' : undefined),
};

describe('eight megabytes of noise', () => {
  for (const [name, parse] of Object.entries(parsers)) {
    it(`${name} finds nothing in it, and does not take long`, function () {
      this.timeout(20_000);
      for (const [kind, noise] of Object.entries(noises)) {
        const began = performance.now();
        const found = parse(noise);
        expect(found ?? undefined, kind).to.equal(undefined);
        expect(performance.now() - began, kind).to.be.below(4_000);
      }
    });
  }
});
