import { expect } from 'chai';
import fc from 'fast-check';
import type { Keeper } from '../../../../agent/platform/keeper.ts';
import { createProgramsProbe } from '../../../../agent/platform/windows/programs.ts';
import { parseProgramsAnswer } from '../../../../agent/platform/windows/programs-answer.ts';
import { programsScript } from '../../../../agent/platform/windows/programs-script.ts';
import type { Reading } from '../../../../shared/reading.ts';
import { type Programs, programsSchema } from '../../../../shared/report/programs.ts';
import { damaged } from '../recordings.ts';
import { recorded, said } from './windows-device.ts';

const text = recorded('programs-laptop.json');
const laptop = JSON.parse(text);
const [sam, jo] = laptop.people;
const zoom = { sid: sam, name: 'Zoom Workplace', version: '6.2.7 (49583)' };
const game = { sid: jo, name: 'Roblox Player', version: null };

function memory(): Keeper & { texts: Map<string, string> } {
  const texts = new Map<string, string>();
  return {
    texts,
    read: async (name) => texts.get(name),
    write: async (name, kept) => void texts.set(name, kept),
  };
}

/** A device that is looked at again and again, by an agent that may be started anew in between. */
function device(keeper: Keeper = memory()) {
  let now = Date.UTC(2026, 10, 21, 12);
  let answer = text;
  let elevated = true;
  const clock = { now: () => now };
  const start = () => createProgramsProbe({ powershell: { ask: async () => said(answer, elevated) }, clock, keeper });
  let probe = start();
  return {
    restart: () => {
      probe = start();
    },
    async look(given: object | string = {}, rights = true): Promise<Reading<Programs>> {
      answer = typeof given === 'string' ? given : JSON.stringify({ ...laptop, ...given });
      elevated = rights;
      now += 60_000;
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

const both = { loaded: [sam, jo], own: [zoom, game] };

describe('installed programs on Windows (DEV8)', () => {
  it('counts each program once, of the device, of the person who is signed in, and of the store', async () => {
    const reading = await device().look(both);
    expect(reading).to.have.deep.property('value', {
      count: 7,
      since: '2026-11-21T12:01:00.000Z',
      changes: [],
      unread: [],
    });
  });

  it('says that a list was not seen while somebody has never been signed in since the agent began', async () => {
    const { look } = device();
    const unread = async (given: object) => {
      const reading = await look(given);
      return reading.state === 'known' && reading.value.unread;
    };
    expect(await unread({})).to.deep.equal([{ source: 'registry', reason: 'not-asked-yet' }]);
    expect(await unread({ people: null })).to.have.length(1);
    expect(await unread({ people: [sam] })).to.deep.equal([]);
  });

  it('tells what was installed, updated and removed', async () => {
    const { look } = device();
    await look(both);
    const machine = [
      ...laptop.machine.slice(1, 3),
      { name: 'Google Chrome', version: '132' },
      { name: 'Steam', version: '' },
    ];
    expect(news(await look({ ...both, machine }))).to.equal('installed Steam null, updated Google Chrome 132');
    expect(news(await look({ ...both, machine, own: [zoom] }))).to.match(/^removed Roblox Player null/);
  });

  it('does not call the programs of whoever signs out removed, nor installed when they come back, over a restart too', async () => {
    const { look, restart } = device();
    await look(both);
    for (const loaded of [[sam], [jo], [], [sam, jo]]) {
      const own = [zoom, game].filter(({ sid }) => loaded.includes(sid));
      expect(news(await look({ loaded, own })), loaded.join()).to.equal('');
      restart();
    }
  });

  it('does not call programs new that somebody has had since before the first look', async () => {
    const { look } = device();
    await look();
    expect(news(await look(both))).to.equal('');
    expect(news(await look({ ...both, own: [zoom, game, { sid: jo, name: 'VPN', version: '1' }] }))).to.equal(
      'installed VPN 1',
    );
  });

  it('tells the programs of an account that was removed as removed', async () => {
    const { look } = device();
    await look(both);
    expect(news(await look({ people: [sam] }))).to.equal('removed Roblox Player null');
  });

  it('says why the store was not read, and keeps what it held', async () => {
    const { look } = device();
    await look(both);
    const reading = await look({ ...both, store: null }, false);
    expect(news(reading)).to.equal('');
    expect(reading).to.have.deep.nested.property('value.unread', [{ source: 'store', reason: 'permission-denied' }]);
    expect(news(await look({ ...both, store: [] })), 'an empty list is none').to.equal('');
  });

  it('keeps what it remembers on the device: no account’s identifier is in the report', async () => {
    const keeper = memory();
    const reading = await device(keeper).look(both);
    expect(JSON.stringify(reading)).to.not.include('S-1-5');
    expect(keeper.texts.get('people-programs')).to.include('Roblox');
    keeper.texts.set('people-programs', '{"x":1}');
    expect(news(await device(keeper).look(both))).to.equal('');
  });

  it('reads arrays that PowerShell wrapped with their count, and none whose count is wrong', () => {
    const wrapped = (Count: number) => JSON.stringify({ ...laptop, machine: { value: laptop.machine, Count } });
    expect(parseProgramsAnswer(wrapped(4))).to.deep.equal(parseProgramsAnswer(text));
    expect(parseProgramsAnswer(wrapped(5))).to.equal(undefined);
  });

  it('never asks for the list of installer packages, which would begin repairs', () => {
    expect(programsScript).to.not.match(/Win32_Product|wmic/i);
  });

  it('takes any text without throwing, and never a damaged one for a shorter list', async () => {
    const { look } = device();
    await look();
    for (const broken of damaged(text.replaceAll(',', ',\n')))
      expect(news(await look(broken))).to.be.oneOf(['', 'unknown not-understood']);
    for (const machine of [[], null, 'x']) expect(news(await look({ machine }))).to.equal('unknown not-understood');
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (noise) => {
        expect(parseProgramsAnswer(noise)).to.equal(undefined);
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...Object.keys(laptop)), fc.jsonValue(), async (key, value) => {
        await device().look({ [key]: value });
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), async (name, version) => {
        await device().look({ machine: [{ name, version }], own: [{ sid: sam, name, version }] });
      }),
    );
  });
});
