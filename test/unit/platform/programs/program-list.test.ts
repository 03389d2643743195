import { expect } from 'chai';
import fc from 'fast-check';
import { forgetful, type Keeper } from '../../../../agent/platform/keeper.ts';
import type { InstalledProgram } from '../../../../agent/platform/programs/installed-program.ts';
import { createProgramList } from '../../../../agent/platform/programs/program-list.ts';
import { programsSchema } from '../../../../shared/report/programs.ts';

const start = Date.UTC(2026, 8, 1, 9);
const day = 24 * 60 * 60 * 1000;

function program(name: string, version: string | null = '1', source: InstalledProgram['source'] = 'dpkg') {
  return { source, program: name, version };
}

/** A keeper in memory, as the real one: what was written is there at the next start. */
function memory(): Keeper & { text: string | undefined; writes: number } {
  const kept = {
    text: undefined as string | undefined,
    writes: 0,
    read: async () => kept.text,
    write: async (_name: string, text: string) => {
      kept.text = text;
      kept.writes += 1;
    },
  };
  return kept;
}

function list(keeper: Keeper = memory()) {
  const state = { now: start };
  return { state, ...createProgramList({ clock: { now: () => state.now }, keeper }) };
}

function told({ changes }: { changes: readonly { what: string; program: string; version: string | null }[] }) {
  return changes.map(({ what, program: name, version }) => `${what} ${name} ${version}`);
}

describe('the list of installed programs (DEV8)', () => {
  it('begins with a count and no changes', async () => {
    const { compare } = list();
    expect(await compare([program('bash'), program('vim')], [])).to.deep.equal({
      count: 2,
      since: '2026-09-01T09:00:00.000Z',
      changes: [],
      unread: [],
    });
  });

  it('tells what was installed, removed and updated, with the time it was seen', async () => {
    const { compare, state } = list();
    await compare([program('bash', '5.1'), program('vim'), program('vlc', '3', 'snap')], []);
    state.now += day;
    const seen = await compare([program('bash', '5.2'), program('minecraft', '1.21'), program('vlc', '3', 'snap')], []);
    expect(told(seen)).to.deep.equal(['installed minecraft 1.21', 'removed vim 1', 'updated bash 5.2']);
    expect(new Set(seen.changes.map(({ at }) => at))).to.deep.equal(new Set(['2026-09-02T09:00:00.000Z']));
  });

  it('sees after a restart what was installed while the agent was not running', async () => {
    const keeper = memory();
    await list(keeper).compare([program('bash')], []);
    const seen = await list(keeper).compare([program('bash'), program('steam')], []);
    expect(told(seen)).to.deep.equal(['installed steam 1']);
  });

  it('begins anew when what was kept is not understood', async () => {
    for (const text of ['', '{', '{"since":"yesterday"}', 'null', '[]', '\uFEFF']) {
      const keeper = memory();
      keeper.text = text;
      expect((await list(keeper).compare([program('bash')], [])).changes, text).to.deep.equal([]);
    }
  });

  it('does not make programs look removed while their list cannot be read, nor installed when it can again', async () => {
    const { compare } = list();
    await compare([program('bash'), program('vlc', '3', 'flatpak')], []);
    const unread = [{ source: 'flatpak' as const, reason: 'permission-denied' as const }];
    const blind = await compare([program('bash')], unread);
    expect(blind).to.deep.include({ changes: [], count: 1, unread });
    expect((await compare([program('bash'), program('vlc', '3', 'flatpak')], [])).changes).to.deep.equal([]);
  });

  it('does not make programs look installed when their list can be read for the first time', async () => {
    const keeper = memory();
    await list(keeper).compare([program('bash')], [{ source: 'rpm', reason: 'tool-failed' }]);
    const { compare } = list(keeper);
    expect((await compare([program('bash'), program('gimp', '2', 'rpm')], [])).changes).to.deep.equal([]);
    const later = await compare([program('bash'), program('gimp', '2', 'rpm'), program('mud', '1', 'rpm')], []);
    expect(told(later)).to.deep.equal(['installed mud 1']);
  });

  it('takes over lists that did not change without seeing them', async () => {
    const { compare } = list();
    await compare([program('bash'), program('vlc', '3', 'snap')], []);
    const seen = await compare([program('vlc', '4', 'snap')], [], ['dpkg']);
    expect(seen.count).to.equal(2);
    expect(told(seen)).to.deep.equal(['updated vlc 4']);
  });

  it('tells several versions side by side from an update, and one that goes from a removal', async () => {
    const { compare, state } = list();
    await compare([program('kernel', '6.1', 'rpm')], []);
    state.now += 1;
    expect(told(await compare([program('kernel', '6.1', 'rpm'), program('kernel', '6.2', 'rpm')], []))).to.deep.equal([
      'updated kernel 6.2',
    ]);
    state.now += 1;
    expect(told(await compare([program('kernel', '6.2', 'rpm')], []))[0]).to.equal('removed kernel 6.1');
  });

  it('takes a version that is not told for no evidence of a change', async () => {
    const { compare } = list();
    await compare([program('zoom', null, 'opt')], []);
    expect((await compare([program('zoom', '6', 'opt')], [])).changes).to.deep.equal([]);
  });

  it('forgets changes after thirty days, also when nothing is compared', async () => {
    const { compare, last, state } = list();
    await compare([], []);
    await compare([program('bash')], []);
    state.now += 29 * day;
    expect(last()?.changes).to.have.length(1);
    state.now += 2 * day;
    expect(last()?.changes).to.deep.equal([]);
    expect((await compare([program('bash')], [])).changes).to.deep.equal([]);
  });

  it('does not let a night of updates hide that a program was installed', async () => {
    const { compare, state } = list();
    const system = (version: string) => Array.from({ length: 300 }, (_none, index) => program(`p${index}`, version));
    await compare(system('1'), []);
    state.now += 1;
    await compare([...system('1'), program('minecraft')], []);
    state.now += 1;
    const seen = await compare([...system('2'), program('minecraft')], []);
    expect(seen.changes).to.have.length(50);
    expect(told(seen)).to.include('installed minecraft 1');
  });

  it('writes only when something changed', async () => {
    const keeper = memory();
    const { compare } = list(keeper);
    for (let index = 0; index < 5; index += 1) await compare([program('bash')], []);
    expect(keeper.writes).to.equal(1);
  });

  it('answers also when nothing can be kept', async () => {
    expect((await list(forgetful).compare([program('bash')], [])).count).to.equal(1);
  });

  it('fits the report whatever the lists hold, and tells nothing when the same comes again', async () => {
    const anything = fc.record({
      source: fc.constantFrom('dpkg' as const, 'opt' as const, 'appimage' as const),
      program: fc.string({ unit: 'binary', maxLength: 200 }),
      version: fc.option(fc.string({ unit: 'binary', maxLength: 200 })),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(anything), fc.array(anything), async (one, other) => {
        const { compare } = list();
        await compare(one, []);
        const first = await compare(other, []);
        expect(programsSchema.safeParse(first).success).to.equal(true);
        expect(await compare([...other].reverse(), [])).to.deep.equal(first);
      }),
      { numRuns: 100 },
    );
  });
});
