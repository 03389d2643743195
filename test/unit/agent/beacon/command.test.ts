import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { run, start } from '../../../support/processes.ts';
import { projectFolder } from '../../../support/programs.ts';
import { skipUnless } from '../../../support/skip.ts';
import { makeTempFolder } from '../../../support/temp-folder.ts';

const main = [process.execPath, '--import=tsx', join(projectFolder, 'agent', 'main.ts')];

/** In a network namespace of its own: a beacon has one port, and this computer is none. */
describe('hometime-agent beacon', function () {
  this.timeout(120_000);
  before(function () {
    skipUnless(this, 'linux', 'netns', 'unshare');
  });

  it('makes its key, prints what to do with it, waits for a network, and ends when told to', async () => {
    const key = join(makeTempFolder(), 'beacon.key');
    const first = start(['unshare', '-n', ...main, 'beacon', '--key', key]);
    const [, publicKey] = await first.said(/^Public key: (\S{44})$/m, 30_000);
    expect(first.stdout()).to.include(key).and.to.include('UDP port 8447').and.to.include('No network is up just now');
    expect(statSync(key).mode & 0o777).to.equal(0o600);

    const second = await run(['nsenter', '-t', String(first.pid), '-n', ...main, 'beacon', '--key', key]);
    expect(second.code).to.equal(1);
    expect(second.stderr).to.include('UDP port 8447 is already in use').and.to.not.include('    at ');

    expect(await first.stop()).to.equal(0);
    const again = start(['unshare', '-n', ...main, 'beacon', '--key', key]);
    expect((await again.said(/^Public key: (\S{44})$/m, 30_000))[1]).to.equal(publicKey);
    await again.stop();
  });

  it('says in words that its key cannot be used, and leaves it alone', async () => {
    const key = join(makeTempFolder(), 'beacon.key');
    writeFileSync(key, 'not a key', { mode: 0o600 });
    const { code, stdout, stderr } = await run(['unshare', '-n', ...main, 'beacon', '--key', key]);
    expect({ code, stdout }).to.deep.equal({ code: 1, stdout: '' });
    expect(stderr).to.include('holds no beacon’s key').and.to.not.include('    at ');
  });
});
