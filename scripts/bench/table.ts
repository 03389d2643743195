import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { isReached, type Measure, median, type Reach, ratios } from './measure.ts';

const heading = ['what', 'floor', 'ours', 'ratio', 'reach', 'how'];

/** The measures as rows of Markdown: medians, and in brackets the least and the greatest. */
export function toTable(measures: readonly Measure[]): string {
  const rows = measures.map((measure) => {
    const { what, unit, floor, ours, reach, floorIs, note } = measure;
    return [
      what,
      floor.length === 0 ? '-' : `${spread(floor)} ${unit}`,
      `**${spread(ours)} ${unit}**`,
      floor.length === 0 ? '-' : spread(ratios(measure)),
      reach === undefined ? 'none asked' : `${inWords(reach, unit)}: ${isReached(measure) ? 'yes' : '**no**'}`,
      [`floor: ${floorIs}`, note].filter(Boolean).join('; '),
    ];
  });
  return [heading, heading.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function inWords(reach: Reach, unit: string): string {
  return 'timesFloor' in reach ? `≤ ${reach.timesFloor} x` : `≤ ${reach.atMost} ${unit}`;
}

function spread(values: readonly number[]): string {
  const [least, greatest] = [Math.min(...values), Math.max(...values)];
  return least === greatest ? short(least) : `${short(median(values))} (${short(least)} to ${short(greatest)})`;
}

/** Three figures that count. */
function short(value: number): string {
  return value === 0 ? '0' : String(Number(value.toPrecision(value >= 1000 ? 4 : 3)));
}

const pagePath = fileURLToPath(new URL('../../test/bench/README.md', import.meta.url));

/** Puts the measures into the table of the page's part: rows of the same name are replaced, new ones added at its end. */
export function record(measures: readonly Measure[], part: 'agent' | 'commands', command: string): void {
  const page = readFileSync(pagePath, 'utf8');
  const begin = `<!-- ${part} -->\n`;
  const [start, end] = [page.indexOf(begin) + begin.length, page.indexOf(`<!-- end ${part} -->`)];
  const table = page.slice(start, end);
  const rows = new Map(
    table
      .split('\n')
      .slice(2)
      .filter((line) => line !== '')
      .map((line) => [nameOf(line), line]),
  );
  const [head, rule, ...fresh] = toTable(measures).split('\n');
  const ran = `${machine()}, Node ${process.versions.node}, ${new Date().toISOString().slice(0, 10)}, \`${command}\``;
  for (const line of fresh) rows.set(nameOf(line), `${line.slice(0, -1)}| ${ran} |`);
  const text = [`${head} when and how it was run |`, `${rule} --- |`, ...rows.values()].join('\n');
  writeFileSync(pagePath, `${page.slice(0, start)}${text}\n${page.slice(end)}`);
}

function nameOf(line: string): string {
  return line.split('|')[1]?.trim() ?? '';
}

function machine(): string {
  const [first] = cpus();
  return `${cpus().length} cores (${first?.model.trim()}), ${Math.round(totalmem() / 1e9)} GB, Linux ${release()}`;
}
