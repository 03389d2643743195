import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { z } from 'zod';
import { createSealedFile } from '../../../../agent/guard/sealed-file.ts';
import { makeTempFolder } from '../../../support/temp-folder.ts';

const schema = z.strictObject({ state: z.string() });

function sealed(path: string, change: { secret?: string; enrolment?: string; purpose?: string } = {}) {
  return createSealedFile({ path, schema, purpose: 'a test', enrolment: 'device/1', secret: 'the key', ...change });
}

describe('a sealed document of the agent', () => {
  it('is read back as it was written, and absent before', async () => {
    const file = sealed(join(makeTempFolder(), 'kept', 'guard'));
    expect(await file.read()).to.deep.equal({ state: 'absent' });
    await file.write({ state: 'blocked' });
    expect(await file.read()).to.deep.equal({ state: 'kept', value: { state: 'blocked' } });
  });

  it('is altered with any byte of it changed, cut or emptied', async () => {
    const path = join(makeTempFolder(), 'guard');
    await sealed(path).write({ state: 'blocked' });
    const text = readFileSync(path, 'utf8');
    for (let at = 0; at < text.length; at += 1) {
      const other = text[at] === 'x' ? 'y' : 'x';
      writeFileSync(path, `${text.slice(0, at)}${other}${text.slice(at + 1)}`);
      const { state } = await sealed(path).read();
      // Named as another enrolment's it counts as none of this one, which is as bad (guard-memory.ts).
      expect(state, `byte ${at}`).to.be.oneOf(['altered', 'absent']);
    }
    for (const damaged of ['', text.slice(0, 40), '{}']) {
      writeFileSync(path, damaged);
      expect(await sealed(path).read()).to.deep.equal({ state: 'altered' });
    }
  });

  it('is altered where something else lies in its place, or in its folder’s', async () => {
    const folder = makeTempFolder();
    mkdirSync(join(folder, 'guard'));
    expect(await sealed(join(folder, 'guard')).read()).to.deep.equal({ state: 'altered' });
    writeFileSync(join(folder, 'kept'), '');
    expect(await sealed(join(folder, 'kept', 'guard')).read()).to.deep.equal({ state: 'altered' });
  });

  it('is nobody else’s: not another device’s, nor for another purpose; and gone is gone', async () => {
    const path = join(makeTempFolder(), 'guard');
    await sealed(path).write({ state: 'clear' });
    expect((await sealed(path, { secret: 'another' }).read()).state).to.equal('altered');
    expect((await sealed(path, { purpose: 'another' }).read()).state).to.equal('altered');
    expect((await sealed(path, { enrolment: 'device/2' }).read()).state).to.equal('absent');
    rmSync(path);
    expect((await sealed(path).read()).state).to.equal('absent');
  });
});
