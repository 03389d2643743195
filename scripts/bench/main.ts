import { parseArgs } from 'node:util';
import { measureAgent } from './agent.ts';
import { measureCommands } from './commands/commands.ts';
import type { Measure } from './measure.ts';
import { record, toTable } from './table.ts';

const usage = `npm run bench -- agent [--rows rest,cycle,photos,login] [--minutes 10] [--pairs 5] [--record]
npm run bench -- commands [--rows fleet,button] [--clients 10000] [--pairs 5] [--record]

Measures beside the floors and prints the table. Needs root, and what the laptop in a box of test/host
needs. Build first: npm run build. --record writes the rows into test/bench/README.md.`;

const say = (line: string) => process.stderr.write(`${line}\n`);

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    rows: { type: 'string' },
    minutes: { type: 'string', default: '10' },
    clients: { type: 'string', default: '10000' },
    pairs: { type: 'string', default: '5' },
    record: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const common = { rows: values.rows?.split(','), pairs: Number(values.pairs), say };

/** What can be measured. */
const parts = {
  agent: () => measureAgent({ ...common, minutes: Number(values.minutes) }),
  commands: () => measureCommands({ ...common, clients: Number(values.clients) }),
} as const satisfies Record<string, () => Promise<Measure[]>>;

const [part] = positionals;
if (values.help || positionals.length > 1 || (part !== 'agent' && part !== 'commands')) {
  say(usage);
  process.exitCode = values.help ? 0 : 2;
} else {
  const measures = await parts[part]();
  process.stdout.write(`${toTable(measures)}\n`);
  if (values.record) record(measures, part, `npm run bench -- ${process.argv.slice(2).join(' ')}`);
  process.exit();
}
