import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { openBeaconKey } from '../../../../agent/beacon/key-file.ts';
import { BeaconFault } from '../../../../shared/beacon/responder.ts';
import { makeTempFolder } from '../../../support/temp-folder.ts';

const open = (path: string) => openBeaconKey(path, { hasModes: true });
const fault = async (path: string) => {
  const answer = await open(path).catch((error: unknown) => error);
  expect(answer).to.be.instanceOf(BeaconFault);
  return String(answer);
};

describe('the file of a beacon’s key', () => {
  it('is made once, for its owner alone, and gives the same key from then on', async () => {
    const path = join(makeTempFolder(), 'below', 'beacon.key');
    const first = await open(path);
    expect(statSync(path).mode & 0o777).to.equal(0o600);
    expect((await open(path)).publicText).to.equal(first.publicText);
    expect((await open(join(makeTempFolder(), 'beacon.key'))).publicText).to.not.equal(first.publicText);
  });

  it('is refused, and left alone, when others may read it or when it holds something else', async () => {
    const path = join(makeTempFolder(), 'beacon.key');
    await open(path);
    chmodSync(path, 0o644);
    expect(await fault(path)).to.include(`chmod 600 ${path}`);
    writeFileSync(path, 'not a key');
    chmodSync(path, 0o600);
    expect(await fault(path)).to.include('--key');
    expect(readFileSync(path, 'utf8')).to.equal('not a key');
  });

  it('says in words that it cannot be kept', async () => {
    const file = join(makeTempFolder(), 'file');
    writeFileSync(file, '');
    expect(await fault(join(file, 'beacon.key'))).to.include('--key');
  });
});
