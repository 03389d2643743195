import { parseArgs } from 'node:util';
import { measureAgent } from './agent.ts';
import { record, toTable } from './table.ts';

const usage = `npm run bench -- agent [--rows rest,cycle,photos,login] [--minutes 10] [--pairs 5] [--record]

Measures the agent beside its floors and prints the table. Needs root, and what the laptop in a box of
test/host needs. Build first: npm run build. --record writes the rows into test/bench/README.md.`;

const say = (line: string) => process.stderr.write(`${line}\n`);

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    rows: { type: 'string' },
    minutes: { type: 'string', default: '10' },
    pairs: { type: 'string', default: '5' },
    record: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help || positionals[0] !== 'agent' || positionals.length > 1) {
  say(usage);
  process.exitCode = values.help ? 0 : 2;
} else {
  const measures = await measureAgent({
    rows: values.rows?.split(','),
    minutes: Number(values.minutes),
    pairs: Number(values.pairs),
    say,
  });
  process.stdout.write(`${toTable(measures)}\n`);
  if (values.record) record(measures, `npm run bench -- ${process.argv.slice(2).join(' ')}`);
}
