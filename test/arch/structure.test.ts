import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { expect } from 'chai';
import { filesIn, program, projectFolder, readSource, told } from './sources.ts';

const topLevel = ['package.json', 'tsconfig.json', 'README.md', 'server', 'agent', 'shared', 'test', 'scripts'];
/** Files whose names are fixed by others: the package manager, the licence, the release. */
const besides = ['package-lock.json', 'LICENSE', 'CHANGELOG.md'];
/** Made by running it; git ignores them. */
const made = ['node_modules', 'dist', 'data', 'coverage'];
const drawers = /(^|\/)(lib|libs|util|utils|helper|helpers|common|misc|shared-utils)(\/|\.tsx?$)/;
const ceiling = { code: 300, test: 400 };

describe('the structure of the project', () => {
  it('keeps the top level to what the design allows', () => {
    const allowed = new Set([...topLevel, ...besides, ...made]);
    const extra = readdirSync(projectFolder).filter((name) => !name.startsWith('.') && !allowed.has(name));
    expect(told(extra)).to.equal('');
  });

  it(`keeps files of code under ${ceiling.code} lines and tests under ${ceiling.test}: a file is one idea`, () => {
    const code = [...program, ...filesIn(['scripts'], ['.mjs']).map(readSource)];
    const tests = filesIn(['test']).map(readSource);
    const faults = [
      ...code.filter((source) => source.lines > ceiling.code),
      ...tests.filter((source) => source.lines > ceiling.test),
    ].map((source) => `${source.path} has ${source.lines} lines`);
    expect(told(faults)).to.equal('');
  });

  it('has no drawers: no folder or file called lib, utils, helpers, common or misc', () => {
    const everywhere = filesIn(['shared', 'agent', 'server', 'test', 'scripts'], ['.ts', '.tsx', '.mjs']);
    expect(told(everywhere.filter((path) => drawers.test(path)))).to.equal('');
  });

  it('names files in kebab-case', () => {
    const names = filesIn(['shared', 'agent', 'server', 'test', 'scripts'], ['.ts', '.tsx', '.mjs']);
    const faults = names.filter((path) => !/^[a-z0-9-]+(\.test|\.d|\.config)?\.(ts|tsx|mjs)$/.test(basename(path)));
    expect(told(faults)).to.equal('');
  });

  it('describes every folder of code by a line in a README', () => {
    const folders = new Set(program.map((source) => dirname(source.path)).filter((folder) => folder.includes('/')));
    expect(
      told(
        [...folders].filter((folder) => !isDescribed(folder)).map((folder) => `${folder} is in no README.md above it`),
      ),
    ).to.equal('');
  });

  it('uses no default exports and no casts to any', () => {
    const faults = program
      .filter((source) => !source.path.endsWith('vite.config.ts'))
      .filter(
        (source) =>
          /^\s*export default\b|\bas any\b/m.test(source.code) || /@ts-(ignore|expect-error|nocheck)/.test(source.text),
      )
      .map((source) => source.path);
    expect(told(faults)).to.equal('');
  });
});

/** Whether a README above the folder names it, from where that README stands. */
function isDescribed(folder: string): boolean {
  const parts = folder.split('/');
  return parts.some((_part, depth) => {
    const above = parts.slice(0, depth).join('/');
    const readme = join(projectFolder, above, 'README.md');
    const name = parts.slice(depth).join('/');
    return existsSync(readme) && readFileSync(readme, 'utf8').includes(`${name}/`);
  });
}
