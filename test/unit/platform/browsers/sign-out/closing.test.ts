import { expect } from 'chai';
import type {
  BrowserProcess,
  BrowserProcesses,
  Holders,
  Installation,
} from '../../../../../agent/platform/browsers/sign-out/browser-processes.ts';
import { closeBrowser } from '../../../../../agent/platform/browsers/sign-out/closing.ts';

const { signal } = new AbortController();
const patience = { politeMs: 30, endMs: 20, stepMs: 10 };
const main: BrowserProcess = { pid: 11, began: '1', isMain: true };
const child: BrowserProcess = { pid: 12, began: '1', isMain: false };
const installation: Installation = {
  ...{ browser: 'chromium', family: 'chromium', person: 'amara', owner: 1000 },
  ...{ folder: '/home/amara/.config/chromium', profiles: [] },
};

/** A system that answers each look in turn, the last one for ever. */
function createScene(looks: (Holders | undefined)[]) {
  const did: string[] = [];
  const processes: BrowserProcesses = {
    holders: async () => (looks.length > 1 ? looks.shift() : looks[0]),
    async askToClose(asked) {
      did.push(...asked.map(({ pid }) => `ask ${pid}`));
    },
    async end(ended) {
      did.push(...ended.map(({ pid }) => `end ${pid}`));
    },
  };
  return { did, close: () => closeBrowser(installation, processes, patience, signal) };
}

const open: Holders = { browser: [main, child], others: 0 };
const free: Holders = { browser: [], others: 0 };

describe('closing a browser (DEV2)', () => {
  it('asks the first of its processes, waits for all, and ends none', async () => {
    const scene = createScene([open, open, { browser: [child], others: 0 }, free]);
    expect(await scene.close()).to.equal('closed');
    expect(scene.did).to.deep.equal(['ask 11']);
  });

  it('ends what is left once its patience is over', async () => {
    const scene = createScene([open, open, open, open, open, free]);
    expect(await scene.close()).to.equal('ended');
    expect(scene.did).to.deep.equal(['ask 11', 'end 11', 'end 12']);
  });

  it('says still open when it comes back, or does not end', async () => {
    const stubborn = createScene([open]);
    expect(await stubborn.close()).to.equal('still-open');
  });

  it('asks what is left of a browser whose first process was killed', async () => {
    const scene = createScene([{ browser: [child], others: 0 }, free]);
    expect(await scene.close()).to.equal('closed');
    expect(scene.did).to.deep.equal(['ask 12']);
  });

  it('ends nothing that is no browser of its owner, and says still open', async () => {
    const alone = createScene([{ browser: [], others: 1 }]);
    expect(await alone.close()).to.equal('still-open');
    expect(alone.did).to.deep.equal([]);
    const beside = createScene([
      { browser: [main], others: 1 },
      { browser: [], others: 1 },
    ]);
    expect(await beside.close()).to.equal('still-open');
    expect(beside.did).to.deep.equal(['ask 11']);
  });

  it('does nothing to one that is not open, or when it cannot be told', async () => {
    for (const [look, closing] of [
      [free, 'not-open'],
      [undefined, 'unknown'],
    ] as const) {
      const scene = createScene([look]);
      expect(await scene.close()).to.equal(closing);
      expect(scene.did).to.deep.equal([]);
    }
  });

  it('says unknown when it can no longer be told whether it closed', async () => {
    expect(await createScene([open, undefined]).close()).to.equal('unknown');
  });
});
