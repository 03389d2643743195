import { expect } from 'chai';
import { isUnder, rowOf, tops } from './order.ts';
import { program, type Source, told } from './sources.ts';

describe('the order of imports', () => {
  it('reads imports at all: the parser finds those of a file that is known', () => {
    const report = program.find((source) => source.path === 'shared/report/report.ts');
    expect(report?.imports.map((each) => each.target)).to.include.members(['zod', 'shared/reading.ts']);
    expect(program.flatMap((source) => source.imports)).to.have.length.greaterThan(100);
  });

  it('gives every file of the program a room', () => {
    const homeless = program.filter((source) => rowOf(source.path) === undefined).map((source) => source.path);
    expect(told(homeless), 'add a row to test/arch/order.ts, with its reason').to.equal('');
  });

  it('is kept by every file: a room imports only what its row allows', () => {
    const faults = program.flatMap((source) =>
      source.imports
        .filter((each) => each.ours && !isAllowed(source.path, each.target))
        .map((each) => `${source.path} imports ${each.target}: ${rowOf(source.path)?.because}`),
    );
    expect(told(faults)).to.equal('');
  });

  it('lets nothing import the top: main.ts, agent.ts, server.ts and app.ts', () => {
    const faults = program.flatMap((source) =>
      source.imports
        .filter((each) => tops[each.target] !== undefined && !tops[each.target]?.includes(source.path))
        .map((each) => `${source.path} imports ${each.target}`),
    );
    expect(told(faults)).to.equal('');
  });

  it('has no cycles among imports that remain when the program runs', () => {
    expect(told(cyclesAmong(program))).to.equal('');
  });

  it('names every import of ours by a file that exists', () => {
    const there = new Set(program.map((source) => source.path));
    const faults = program.flatMap((source) =>
      source.imports
        .filter((each) => each.ours && /\.tsx?$/.test(each.target) && !there.has(each.target))
        .map((each) => `${source.path} imports ${each.target}`),
    );
    expect(told(faults)).to.equal('');
  });
});

function isAllowed(from: string, target: string): boolean {
  const row = rowOf(from);
  if (row === undefined) return false;
  return isUnder(target, row.room) || row.mayImport.some((room) => isUnder(target, room));
}

/** Every import that leads back to where it started, as the way round. */
function cyclesAmong(sources: readonly Source[]): string[] {
  const next = new Map(
    sources.map((source) => [
      source.path,
      source.imports.filter((each) => each.ours && !each.typeOnly).map((each) => each.target),
    ]),
  );
  const cycles: string[] = [];
  const done = new Set<string>();
  const visit = (path: string, way: readonly string[]): void => {
    if (way.includes(path)) cycles.push([...way.slice(way.indexOf(path)), path].join(' -> '));
    if (way.includes(path) || done.has(path)) return;
    for (const target of next.get(path) ?? []) visit(target, [...way, path]);
    done.add(path);
  };
  for (const path of next.keys()) visit(path, []);
  return cycles;
}
