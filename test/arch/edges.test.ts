import { expect } from 'chai';
import { isUnder } from './order.ts';
import { program, type Source, told } from './sources.ts';

const mains = ['agent/main.ts', 'server/main.ts'];

/** What may touch the outside, and where alone. */
const edges = [
  {
    what: 'the environment, the arguments, signals and the end of the process',
    pattern: /\bprocess\.(env|argv|exit|exitCode|abort|on|once)\b/,
    packages: [],
    where: [...mains, 'server/dashboard/vite.config.ts'],
    because: 'everything else is passed in, so a test can pass something else',
  },
  {
    what: 'which operating system this is',
    pattern: /\bprocess\.platform\b|\bos\.(platform|type)\(/,
    packages: [],
    where: ['agent/platform'],
    because: 'one reader: the platform is chosen once and passed in',
  },
  {
    what: 'other programs',
    pattern: /$^/,
    packages: ['node:child_process', 'child_process'],
    where: ['agent/platform'],
    because: 'one starter: an argument array, a time limit, no shell',
  },
  {
    what: 'the console',
    pattern: /\bconsole\.(log|error|warn|info|debug)\b/,
    packages: [],
    where: [],
    because: 'logs go through the log with its list of fields; commands print from main.ts',
  },
  {
    what: 'node-forge',
    pattern: /$^/,
    packages: ['node-forge'],
    where: ['server/enrolment', 'agent/identity'],
    because: 'certificates are made where the keys are',
  },
] as const;

describe('the edges of the program', () => {
  for (const { what, pattern, packages, where, because } of edges) {
    it(`leaves ${what} to ${where.join(', ') || 'nobody'}: ${because}`, () => {
      const names: readonly string[] = packages;
      const touches = (source: Source) =>
        pattern.test(source.code) || source.imports.some((each) => names.includes(each.target));
      const faults = program
        .filter((source) => !where.some((room) => isUnder(source.path, room)) && touches(source))
        .map((source) => source.path);
      expect(told(faults)).to.equal('');
    });
  }

  it('keeps the system out of what the dashboard imports: five files of shared and its beacon touch it, and the page none', () => {
    const ofTheSystem = program
      .filter(
        (source) => isUnder(source.path, 'shared') && source.imports.some((each) => each.target.startsWith('node:')),
      )
      .map((source) => source.path)
      .filter((path) => !isUnder(path, 'shared/beacon'));
    expect(ofTheSystem).to.deep.equal([
      'shared/command/envelope.ts',
      'shared/command/release-code.ts',
      'shared/make-folder.ts',
      'shared/policy/capsule.ts',
      'shared/policy/place-digest.ts',
    ]);
    const page = program.filter((source) => isUnder(source.path, 'server/dashboard'));
    const faults = page.filter((source) =>
      source.imports.some((each) =>
        /envelope|release-code|make-folder|policy\/capsule|shared\/beacon/.test(each.target),
      ),
    );
    expect(told(faults.map((source) => source.path))).to.equal('');
  });
});
