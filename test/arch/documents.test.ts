import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { expect } from 'chai';
import { isHeldBack, isNamed } from '../../server/commands/order-guards.ts';
import { type CommandKind, commandKindSchema, commandKinds, isDestructive } from '../../shared/command/kinds.ts';
import { systemLimits } from '../../shared/command/system-limits.ts';
import { protocolVersion } from '../../shared/wire/messages.ts';
import { program, projectFolder, told } from './sources.ts';

describe('what is written about the project', () => {
  it('has a line in the history of the protocol for its present version', () => {
    const messages = program.find((source) => source.path === 'shared/wire/messages.ts')?.text ?? '';
    const history = [...messages.matchAll(/^ \* (\d+) \((\d{4}-\d{2}-\d{2})\): \S/gm)].map((match) => Number(match[1]));
    expect(history).to.deep.equal(Array.from({ length: protocolVersion }, (_none, index) => index + 1));
  });

  for (const part of ['server', 'agent'] as const) {
    it(`names in the README every command and option that hometime-${part} has, and no other`, () => {
      const readme = readFileSync(join(projectFolder, 'README.md'), 'utf8');
      const commands = commandsOf(part);
      expect(commands).to.have.length.greaterThan(2);
      const missing = commands.filter((command) => !readme.includes(`hometime-${part} ${command}`));
      const named = [...readme.matchAll(new RegExp(`\\bhometime-${part} ([a-z][a-z-]*(?: [a-z][a-z-]*)?)`, 'g'))];
      const unknown = named
        .map((match) => match[1] ?? '')
        .filter((name) => !commands.some((command) => name === command || name.startsWith(`${command} `)));
      expect(
        told([...missing.map((name) => `missing: ${name}`), ...unknown.map((name) => `unknown: ${name}`)]),
      ).to.equal('');
      const options = [...outsideOf(part).matchAll(/--[a-z][a-z-]+/g)].map((match) => match[0]);
      expect(told([...new Set(options)].filter((option) => !readme.includes(option)))).to.equal('');
    });
  }

  it('names in the README every environment variable that the program reads', () => {
    const readme = readFileSync(join(projectFolder, 'README.md'), 'utf8');
    const variables = new Set(program.flatMap((source) => source.code.match(/\bHOMETIME_[A-Z_]+\b/g) ?? []));
    expect(variables.size).to.be.greaterThan(3);
    expect(told([...variables].filter((variable) => !readme.includes(variable)))).to.equal('');
  });

  it('has in the README the table of orders that follows from the map of kinds, and no other row', () => {
    const readme = readFileSync(join(projectFolder, 'README.md'), 'utf8');
    const [, table = ''] = readme.split('| order | what it does | who may order it |');
    const rows = (table.split('\n\n')[0] ?? '').split('\n').slice(2).filter(Boolean);
    expect(rows.join('\n')).to.equal(commandKindSchema.options.map(rowOf).join('\n'));
  });

  it('has the licence and the change log', () => {
    for (const name of ['LICENSE', 'CHANGELOG.md']) expect(existsSync(join(projectFolder, name)), name).to.equal(true);
  });
});

const systemNames = { macos: 'macOS', android: 'Android' } as const;

/** An order's row in the README, by the map alone. */
function rowOf(kind: CommandKind): string {
  const { summary, who, expiresAfterMs } = commandKinds[kind];
  const asked = [
    ...(isDestructive(kind) ? ['password again'] : []),
    ...(isNamed(kind) ? ['device’s name'] : []),
    ...(kind === 'wipe' ? ['second administrator'] : []),
    ...(isHeldBack(kind) ? ['no hold'] : []),
  ];
  const systems = (['macos', 'android'] as const).filter((system) => kind in systemLimits[system]);
  const none = '–';
  return `| ${[
    `\`${kind}\``,
    summary,
    who.join(', '),
    spanOf(expiresAfterMs),
    asked.join(', ') || none,
    systems.map((system) => systemNames[system]).join(', ') || none,
  ].join(' | ')} |`;
}

function spanOf(ms: number): string {
  const [minutes, hours, days] = [ms / 60_000, ms / 3_600_000, ms / 86_400_000];
  if (days >= 1) return `${days} days`;
  return hours >= 1 ? `${hours} ${hours === 1 ? 'hour' : 'hours'}` : `${minutes} minutes`;
}

/** The files in which a part meets the outside: those that lie directly in its folder. */
function outsideOf(part: 'server' | 'agent'): string {
  const files = program.filter((source) => posix.dirname(source.path) === part);
  return files.map((source) => source.code).join('\n');
}

/** Command names as they are declared with commander: `const admin = program.command('admin')`, then `admin.command('add')`. */
function commandsOf(part: 'server' | 'agent'): string[] {
  const declared = [...outsideOf(part).matchAll(/(?:const (\w+) = )?\b(\w+)\s*\.command\(\s*'([a-z-]+)/g)];
  const groups = new Map(declared.map(([, kept, , name]) => [kept ?? '', name ?? '']));
  groups.delete('');
  return declared
    .filter(([, kept]) => kept === undefined)
    .map(([, , on = '', name = '']) => (groups.has(on) ? `${groups.get(on)} ${name}` : name));
}
