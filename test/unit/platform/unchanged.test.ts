import { expect } from 'chai';
import fc from 'fast-check';
import type { Look } from '../../../agent/platform/platform.ts';
import {
  createRoundMemory,
  createSameValue,
  keepWhileUnchanged,
  onceInRound,
} from '../../../agent/platform/unchanged.ts';
import { instant } from '../../../shared/instant.ts';
import { known, unknown } from '../../../shared/reading.ts';

const minute = 60_000;
const { signal } = new AbortController();

/** A system with one fact and a mark that follows it, and how often it was really asked. */
function createScene() {
  const scene = {
    now: Date.parse('2026-11-23T08:00:00.000Z'),
    fact: 'a' as string | undefined,
    mark: '1' as string | undefined,
    lasting: true,
    looks: 0,
    /** Happens while the system is being asked. */
    meanwhile: () => {},
  };
  const probe = keepWhileUnchanged<string>({
    clock: { now: () => scene.now },
    keptMs: 30 * minute,
    mark: async () => scene.mark,
    async look() {
      scene.looks += 1;
      const reading =
        scene.fact === undefined ? unknown('tool-failed', instant(scene.now)) : known(scene.fact, instant(scene.now));
      scene.meanwhile();
      return { reading, lasting: scene.lasting };
    },
  });
  const ask = async (look?: Look) => {
    const reading = await probe(signal, look);
    return reading.state === 'known' ? reading.value : reading.reason;
  };
  return { scene, ask, probe };
}

/** A scene in which the answer was given twice under one mark. */
async function settled() {
  const made = createScene();
  await made.ask('glance');
  await made.ask('glance');
  return made;
}

describe('an answer given again while nothing changed', () => {
  it('is given with the time of now, and without asking, once two looks under one mark gave it', async () => {
    const { scene, ask, probe } = createScene();
    await ask('glance');
    expect(await ask('glance')).to.equal('a');
    expect(scene.looks).to.equal(2);
    scene.now += 10 * minute;
    expect(await probe(signal, 'glance')).to.deep.equal(known('a', '2026-11-23T08:10:00.000Z'));
    expect(scene.looks).to.equal(2);
  });

  it('is given after one look where nothing that is asked can lag behind the mark', async () => {
    let looks = 0;
    const probe = keepWhileUnchanged<string>({
      clock: { now: () => 0 },
      keptMs: minute,
      lags: false,
      mark: async () => '1',
      async look() {
        looks += 1;
        return { reading: known('a', instant(0)), lasting: true };
      },
    });
    for (let round = 0; round < 3; round += 1) await probe(signal, 'glance');
    expect(looks).to.equal(1);
  });

  it('is never given to whoever does not say that a glance will do: an order, a person, `report`', async () => {
    const { scene, ask } = await settled();
    await ask();
    await ask('new');
    expect(scene.looks).to.equal(4);
  });

  it('ends with the mark: what changed is seen by the next glance', async () => {
    const { scene, ask } = await settled();
    Object.assign(scene, { mark: '2', fact: 'b' });
    expect(await ask('glance')).to.equal('b');
    expect(scene.looks).to.equal(3);
  });

  it('is not trusted where the tool lags behind the mark: two looks that differ confirm nothing', async () => {
    const { scene, ask } = createScene();
    await ask('glance');
    scene.fact = 'b';
    expect(await ask('glance')).to.equal('b');
    scene.fact = 'c';
    expect(await ask('glance')).to.equal('c');
    expect(scene.looks).to.equal(3);
  });

  it('is not kept when the mark changed while the system was asked', async () => {
    const { scene, ask } = createScene();
    await ask('glance');
    scene.meanwhile = () => Object.assign(scene, { mark: '2', fact: 'b', meanwhile: () => {} });
    expect(await ask('glance')).to.equal('a');
    expect(await ask('glance')).to.equal('b');
    expect(await ask('glance')).to.equal('b');
    expect(scene.looks).to.equal(4);
  });

  it('is kept only by a mark that was read anew after the look, not by what was read for another section of the round', async () => {
    const marks: Look[] = [];
    const probe = keepWhileUnchanged<string>({
      clock: { now: () => 0 },
      keptMs: minute,
      lags: false,
      async mark(how) {
        marks.push(how);
        // What the round read a moment ago is out of date.
        return how === 'glance' && marks.length === 1 ? 'old' : 'now';
      },
      look: async () => ({ reading: known('a', instant(0)), lasting: true }),
    });
    await probe(signal, 'glance');
    await probe(signal, 'glance');
    await probe(signal, 'glance');
    await probe(signal, 'new');
    expect(marks).to.deep.equal(['glance', 'new', 'glance', 'new', 'glance', 'new', 'new']);
  });

  it('is not kept when it is unknown, not lasting, or has no mark', async () => {
    for (const trouble of [{ fact: undefined }, { lasting: false }, { mark: undefined }]) {
      const { scene, ask } = await settled();
      Object.assign(scene, { mark: '2' }, trouble);
      for (let round = 0; round < 3; round += 1) await ask('glance');
      expect(scene.looks, JSON.stringify(trouble)).to.equal(5);
    }
  });

  it('ends with its time, whatever the mark says, and when the clock was set back', async () => {
    const { scene, ask } = await settled();
    scene.now += 30 * minute;
    await ask('glance');
    expect(scene.looks).to.equal(3);
    await ask('glance');
    expect(scene.looks, 'confirmed by the two before it').to.equal(3);
    scene.now -= 1;
    await ask('glance');
    expect(scene.looks).to.equal(4);
  });

  it('never differs from the truth, whatever happens between the glances, when the mark follows every change', async () => {
    const step = fc.record({
      fact: fc.constantFrom('a', 'b', undefined),
      waitedMs: fc.integer({ min: -minute, max: 40 * minute }),
      look: fc.constantFrom<Look>('new', 'glance', 'glance', 'glance'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const { scene, ask } = createScene();
        for (const { fact, waitedMs, look } of steps) {
          if (fact !== scene.fact) scene.mark = String(Number(scene.mark) + 1);
          scene.fact = fact;
          scene.now += waitedMs;
          expect(await ask(look)).to.equal(fact ?? 'tool-failed');
        }
      }),
    );
  });
});

describe('what several sections ask in one round', () => {
  it('is found once, and found anew in the next round, however short the time since it was asked last', async () => {
    let endTurn = () => {};
    let found = 0;
    const ask = onceInRound(
      () => {
        found += 1;
        return found;
      },
      (forget) => {
        endTurn = forget;
      },
    );
    expect([ask(), ask()]).to.deep.equal([1, 1]);
    await Promise.resolve();
    expect(ask()).to.equal(1);
    endTurn();
    expect([ask(), ask()]).to.deep.equal([2, 2]);
  });

  it('is forgotten of itself once anything was waited for', async () => {
    let found = 0;
    const ask = onceInRound(() => {
      found += 1;
      return found;
    });
    expect(ask()).to.equal(1);
    await new Promise((resolve) => setTimeout(resolve, 1));
    await new Promise((resolve) => setImmediate(resolve));
    expect(ask()).to.equal(2);
  });

  it('is told apart by what was asked, also when nothing was found', () => {
    const memory = createRoundMemory<string | undefined>(() => {});
    const asked: string[] = [];
    const find = (key: string) => {
      asked.push(key);
      return key === 'a' ? undefined : key;
    };
    for (const key of ['a', 'b', 'a', 'b']) expect(memory.of(key, find)).to.equal(key === 'a' ? undefined : key);
    expect(asked).to.deep.equal(['a', 'b']);
    memory.set('c', 'seen');
    expect(memory.of('c', find)).to.equal('seen');
  });

  it('is the very object of before as long as it says the same', () => {
    const same = createSameValue<{ count: number; more?: string[] }>();
    const first = same({ count: 1, more: ['a'] });
    expect(same({ count: 1, more: ['a'] })).to.equal(first);
    const second = same({ count: 1, more: ['b'] });
    expect(second).to.not.equal(first);
    expect(second).to.deep.equal({ count: 1, more: ['b'] });
    expect(same({ count: 1, more: ['b'] })).to.equal(second);
  });
});
