import { mkdirSync, renameSync, rmSync, type Stats, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { createSystemFiles, type Files, type Found } from '../../../../agent/platform/linux/files.ts';
import { isAsBefore, traceFiles } from '../../../../agent/platform/linux/traced-files.ts';
import { createRoundMemory } from '../../../../agent/platform/unchanged.ts';
import { makeTempFolder } from '../../../support/temp-folder.ts';

/** Long enough ago for a folder's times to be trusted. */
const longAgoMs = 60_000;

/** A home in which some things are, and most that is asked for is not. */
async function createTrace() {
  const root = makeTempFolder();
  const at = (path: string) => join(root, path);
  for (const folder of ['home/bin', 'home/.config', 'elsewhere']) mkdirSync(at(folder), { recursive: true });
  writeFileSync(at('home/bin/tool'), 'one');
  symlinkSync('../elsewhere/none', at('home/dangling'));
  symlinkSync('bin/tool', at('home/shortcut'));
  const all = createSystemFiles(root);
  let slow = 0;
  const files: Files = {
    ...all,
    mark(path) {
      slow += 1;
      return all.mark(path);
    },
  };
  /** As if all this had been long ago. */
  const later = () => Date.now() + longAgoMs;
  const { files: traced, print } = traceFiles(files, later);
  await traced.text('/home/bin/tool');
  await traced.names('/home/bin');
  await traced.text('/home/.config/none/deeper');
  await traced.names('/home/Apps');
  await traced.text('/home/dangling');
  await traced.link('/home/shortcut');
  await traced.link('/home/bin/tool');
  const still = () => isAsBefore(print, files, later);
  expect(await still(), 'at first').to.equal(true);
  slow = 0;
  return { at, still, files, print, slow: () => slow };
}

describe('a few looks that stand for many questions', () => {
  it('tell that nothing changed without one of the questions being asked again', async () => {
    const { still, slow, print } = await createTrace();
    expect(await still()).to.equal(true);
    expect(slow()).to.equal(0);
    // Of seven questions, four were answered by what is there and three by what is not.
    expect(print.sight?.absent).to.deep.equal(['/home/dangling']);
  });

  it('find what came to be where nothing was, however deep below the folder that is there', async () => {
    for (const made of ['home/Apps', 'home/.config/none/deeper']) {
      const { at, still } = await createTrace();
      mkdirSync(at(made), { recursive: true });
      expect(await still(), made).to.equal(false);
    }
  });

  it('find what came to be behind a link that led nowhere, though the link’s own folder did not change', async () => {
    const { at, still } = await createTrace();
    writeFileSync(at('elsewhere/none'), 'now');
    expect(await still()).to.equal(false);
  });

  it('find what was changed, taken away or replaced, also with its old time set again', async () => {
    const changed = await createTrace();
    writeFileSync(changed.at('home/bin/tool'), 'two');
    utimesSync(changed.at('home/bin/tool'), 1, 1);
    expect(await changed.still()).to.equal(false);
    const gone = await createTrace();
    rmSync(gone.at('home/bin/tool'));
    expect(await gone.still()).to.equal(false);
    const turned = await createTrace();
    rmSync(turned.at('home/shortcut'));
    symlinkSync('bin/less', turned.at('home/shortcut'));
    expect(await turned.still()).to.equal(false);
    const replaced = await createTrace();
    renameSync(replaced.at('home'), replaced.at('old'));
    mkdirSync(replaced.at('home'));
    expect(await replaced.still()).to.equal(false);
  });

  it('leave it to the questions themselves when a folder changed by something that was not asked for', async () => {
    const { at, still, slow } = await createTrace();
    writeFileSync(at('home/another'), '');
    expect(await still()).to.equal(true);
    expect(slow()).to.be.above(0);
  });

  it('are never taken where somebody would have to be waited for', async () => {
    const { files, print } = await createTrace();
    print.sight = undefined;
    expect(await isAsBefore(print, { ...files, now: () => undefined })).to.equal(true);
    expect(print.sight).to.equal(undefined);
  });

  it('do not trust what changed a moment ago: within one tick of its clock it may change again unseen', async () => {
    const { at, files, print } = await createTrace();
    print.sight = undefined;
    writeFileSync(at('home/now'), '');
    expect(await isAsBefore(print, files, Date.now)).to.equal(true);
    expect(print.sight).to.equal(undefined);
  });

  it('leave no answer standing that was drawn from a file written a moment ago: another text may bear the same times', async () => {
    const { at, files } = await createTrace();
    const { files: traced, print } = traceFiles(files);
    writeFileSync(at('home/bin/tool'), 'two');
    expect(await traced.text('/home/bin/tool')).to.deep.equal({ found: 'two' });
    expect(await isAsBefore(print, files)).to.equal(false);
  });

  it('look once in a round at what several answers were drawn from, and see in the next what changed in between', async () => {
    const { at, print } = await createTrace();
    let endTurn = () => {};
    const memory = createRoundMemory<Found<Stats>>((forget) => {
      endTurn = forget;
    });
    let looks = 0;
    const counted: typeof memory = {
      ...memory,
      of: (key, find) =>
        memory.of(key, (path) => {
          looks += 1;
          return find(path);
        }),
    };
    const files = createSystemFiles(dirname(at('home')), undefined, counted);
    const later = () => Date.now() + longAgoMs;
    expect(await isAsBefore(print, files, later)).to.equal(true);
    const first = looks;
    expect(await isAsBefore(print, files, later)).to.equal(true);
    expect(looks).to.equal(first);
    writeFileSync(at('home/bin/tool'), 'two');
    endTurn();
    expect(await isAsBefore(print, files, later)).to.equal(false);
    expect(looks).to.be.above(first);
  });
});
