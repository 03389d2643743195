import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { enrol } from '../../../agent/identity/enrol.ts';
import { type Identity, loadIdentity, writeDocument } from '../../../agent/identity/identity.ts';
import { IdentityFault } from '../../../agent/identity/identity-fault.ts';
import { silentLog } from '../../../shared/log.ts';
import { type EnrolmentRig, startEnrolmentRig, temporaryFolder } from '../enrolment/enrolment-rig.ts';

describe('the identity on disk', function () {
  this.timeout(60_000);
  let rig: EnrolmentRig;
  let root: string;
  let old: Identity;
  let renewed: Identity;
  let folders = 0;

  before(async () => {
    rig = await startEnrolmentRig();
    root = await temporaryFolder();
    const once = async (folder: string) =>
      enrol({ link: await rig.link('Tablet 3'), dataFolder: join(root, folder), platform: 'linux', log: silentLog });
    old = await once('old');
    renewed = await once('renewed');
  });
  after(async () => {
    await rig.stop();
    await rm(root, { recursive: true, force: true });
  });

  const stored = async (files: Record<string, string>): Promise<string> => {
    folders += 1;
    const dataFolder = join(root, `data-${folders}`);
    await mkdir(join(dataFolder, 'identity'), { recursive: true });
    for (const [name, text] of Object.entries(files)) await writeFile(join(dataFolder, 'identity', name), text);
    return dataFolder;
  };
  const pairOf = (identity: Identity) => ({ 'key.pem': identity.privateKey, 'identity.json': writeDocument(identity) });

  it('is absent on a device that was never enrolled', async () => {
    expect(await loadIdentity(join(root, 'never'))).to.equal(undefined);
    expect(await loadIdentity(await stored({}))).to.equal(undefined);
    expect(await loadIdentity(await stored({ 'key.pem.new': old.privateKey }))).to.equal(undefined);
  });

  it('is refused when damaged, with the file’s name and what to do', async () => {
    const { 'key.pem': key, 'identity.json': document } = pairOf(old);
    const damages: [Record<string, string>, string][] = [
      [{ 'key.pem': key }, 'identity.json'],
      [{ 'identity.json': document }, 'key.pem'],
      [{ 'key.pem': '', 'identity.json': document }, 'key.pem'],
      [{ 'key.pem': key.slice(0, 400), 'identity.json': document }, 'key.pem'],
      [{ 'key.pem': key, 'identity.json': document.slice(0, -10) }, 'identity.json'],
      [{ 'key.pem': key, 'identity.json': '{}' }, 'identity.json'],
      [{ 'key.pem': renewed.privateKey, 'identity.json': document }, 'identity.json'],
      [{ 'key.pem': key, 'identity.json': document.replace('"epoch": 1', '"epoch": 2') }, 'identity.json'],
      [{ 'key.pem': key, 'identity.json': document.replace(/MII/g, 'MIA') }, 'identity.json'],
    ];
    for (const [files, name] of damages) {
      const dataFolder = await stored(files);
      const error: unknown = await loadIdentity(dataFolder).catch((thrown: unknown) => thrown);
      expect(error, JSON.stringify(files).slice(0, 80)).to.be.instanceOf(IdentityFault);
      if (!(error instanceof IdentityFault)) continue;
      expect(error.file).to.equal(join(dataFolder, 'identity', name));
      expect(error.message).to.contain('new link').and.to.contain(name);
    }
  });

  it('is replaced by enrolling again when damaged', async () => {
    const dataFolder = await stored({ 'key.pem': 'x', 'identity.json': 'y' });
    const identity = await enrol({ link: await rig.link('Tablet 4'), dataFolder, platform: 'linux', log: silentLog });
    expect(await loadIdentity(dataFolder)).to.deep.equal(identity);
  });

  it('is whole wherever a replacement was cut off: the old one, or the new one', async () => {
    const { 'key.pem': newKey, 'identity.json': newDocument } = pairOf(renewed);
    const moments: [Record<string, string>, Identity][] = [
      [pairOf(old), old],
      [{ ...pairOf(old), 'key.pem.new': newKey }, old],
      [{ ...pairOf(old), 'key.pem.new': newKey, 'identity.json.new-0a': newDocument.slice(0, 99) }, old],
      [{ ...pairOf(old), 'key.pem.new': newKey, 'identity.json.new': newDocument }, renewed],
      [{ ...pairOf(old), 'key.pem': newKey, 'identity.json.new': newDocument }, renewed],
      [pairOf(renewed), renewed],
    ];
    for (const [files, expected] of moments) {
      const dataFolder = await stored(files);
      expect(await loadIdentity(dataFolder)).to.deep.equal(expected);
      expect(await loadIdentity(dataFolder), 'a second time').to.deep.equal(expected);
    }
  });

  it('is found where the data folder was moved to', async () => {
    const dataFolder = await stored(pairOf(old));
    await rename(dataFolder, `${dataFolder}-moved`);
    expect(await loadIdentity(`${dataFolder}-moved`)).to.deep.equal(old);
    expect(await readFile(join(`${dataFolder}-moved`, 'identity', 'key.pem'), 'utf8')).to.equal(old.privateKey);
  });
});
