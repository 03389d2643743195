/**
 * `zfs get -H -o name,value encryption`: whether each dataset is encrypted. A
 * line of another form makes the whole undefined: not understood.
 */
export function parseZfsEncryption(text: string): Map<string, boolean> | undefined {
  const datasets = new Map<string, boolean>();
  for (const line of text.split(/\r?\n/)) {
    if (line.trim() === '') continue;
    const match = /^(\S[^\t]*)\t(off|-|on|aes-\S+)\s*$/.exec(line);
    if (match?.[1] === undefined) return undefined;
    // A bookmark holds no data and is never encrypted.
    if (match[1].includes('#')) continue;
    // "-": a pool that predates encryption; nothing is encrypted there.
    datasets.set(match[1], match[2] !== 'off' && match[2] !== '-');
  }
  return datasets;
}

/** The pool a dataset lies in. */
export function poolOf(dataset: string): string {
  return dataset.split(/[/@]/)[0] ?? dataset;
}
