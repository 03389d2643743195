import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import type { ExecResult } from '../../../../agent/platform/exec.ts';
import { forgetful } from '../../../../agent/platform/keeper.ts';
import { parsePackages } from '../../../../agent/platform/macos/package-text.ts';
import { createProgramsProbe } from '../../../../agent/platform/macos/programs.ts';
import type { Reading } from '../../../../shared/reading.ts';
import { type Programs, programsSchema } from '../../../../shared/report/programs.ts';
import { atNoon, damaged, exited, playback } from '../recordings.ts';
import { plist } from './mac.ts';

const binary = new URL('../../../fixtures/platform/macos/Info-binary.plist', import.meta.url).pathname;
const info = (name: string, version: string) =>
  plist(
    `<dict><key>CFBundleName</key><string>${name}</string><key>CFBundleShortVersionString</key><string>${version}</string></dict>`,
  );
const receipts = 'com.apple.pkg.CLTools_Executables\ncom.google.pkg.Keystone\n';

/** Folders of applications on a real disk, in a folder that stands for the whole. */
function mac() {
  const root = mkdtempSync(join(tmpdir(), 'mac-'));
  const app = (path: string, text?: string) => {
    mkdirSync(join(root, path, 'Contents'), { recursive: true });
    if (text !== undefined) writeFileSync(join(root, path, 'Contents/Info.plist'), text);
  };
  app('Applications/Safari.app', info('Safari', '18.1'));
  app('Applications/Utilities/Terminal.app', info('Terminal', '2.14'));
  app('Applications/Photo Booth.app');
  copyFileSync(binary, join(root, 'Applications/Photo Booth.app/Contents/Info.plist'));
  app('Users/sam/Applications/Game.app');
  mkdirSync(join(root, 'Users/Shared'), { recursive: true });
  let pkgutil: string | ExecResult = receipts;
  const exec = playback({ pkgutil: () => pkgutil });
  const probe = createProgramsProbe({ exec, clock: atNoon, keeper: forgetful, root });
  return {
    root,
    app,
    calls: exec.calls,
    remove: (path: string) => rmSync(join(root, path), { recursive: true }),
    async look(packages: string | ExecResult = receipts): Promise<Reading<Programs>> {
      pkgutil = packages;
      const reading = await probe(AbortSignal.timeout(5_000));
      if (reading.state === 'known') programsSchema.parse(reading.value);
      return reading;
    },
  };
}

function news(reading: Reading<Programs>): string {
  if (reading.state === 'unknown') return `unknown ${reading.reason}`;
  return reading.value.changes.map(({ what, program, version }) => `${what} ${program} ${version}`).join(', ');
}

describe('installed programs on macOS (DEV8)', () => {
  let device: ReturnType<typeof mac>;
  beforeEach(() => {
    device = mac();
  });
  afterEach(() => rmSync(device.root, { recursive: true, force: true }));

  it('counts applications of the device and of people, in folders too, and receipts that are not Apple’s', async () => {
    expect(await device.look()).to.have.deep.property('value', {
      count: 5,
      since: '2026-11-21T12:00:00.000Z',
      changes: [],
      unread: [],
    });
    expect(device.calls).to.deep.equal(['pkgutil --pkgs']);
  });

  it('tells what was installed, updated and removed, by the program’s own name and version', async () => {
    await device.look();
    device.app('Users/sam/Applications/Chat.app', info('Chat &amp; Co', '1.0'));
    device.app('Applications/Safari.app', info('Safari', '18.2.1'));
    device.remove('Applications/Photo Booth.app');
    expect(news(await device.look())).to.equal(
      'installed Chat & Co 1.0, removed Fotoautomat – Größe 13.1, updated Safari 18.2.1',
    );
  });

  it('counts an application whose description cannot be read, by its folder’s name', async () => {
    await device.look();
    device.app('Applications/Odd.app', 'noise');
    expect(news(await device.look())).to.equal('installed Odd null');
  });

  it('says which list was not read, and does not take it for empty', async () => {
    await device.look();
    const gone = await device.look({ kind: 'missing' });
    expect(news(gone)).to.equal('');
    expect(gone).to.have.deep.nested.property('value.unread', [{ source: 'packages', reason: 'tool-missing' }]);
    expect(await device.look(exited('', 0))).to.have.nested.property('value.unread[0].reason', 'not-understood');
    device.remove('Applications');
    expect(news(await device.look())).to.equal('unknown blocked-by-permission');
  });

  it('says so when a person’s folder cannot be listed, and keeps what it held', async () => {
    await device.look();
    device.remove('Users/sam/Applications');
    // A link to itself can be listed by nobody, not even by the system's own account.
    symlinkSync('Applications', join(device.root, 'Users/sam/Applications'));
    const reading = await device.look();
    expect(news(reading)).to.equal('');
    expect(reading).to.have.deep.nested.property('value.unread', [
      { source: 'applications', reason: 'blocked-by-permission' },
    ]);
  });

  it('reads receipts line by line, and nothing from noise', () => {
    expect(parsePackages(receipts)).to.deep.equal([
      { source: 'packages', program: 'com.google.pkg.Keystone', version: null },
    ]);
    for (const text of damaged(receipts).slice(0, 4)) parsePackages(text);
    for (const text of ['', '\0\0', 'ÿ{["\n', '/Users/sam\n']) expect(parsePackages(text)).to.equal(undefined);
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void parsePackages(text)));
  });
});
