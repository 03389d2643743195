/**
 * What `blkid -p -o export DEVICE` found on a device: the signature's name, or
 * null for nothing at all. undefined: not understood. Two signatures that
 * contradict each other make blkid end with an error instead.
 */
export function parseBlkid(result: { code: number; stdout: string }): string | null | undefined {
  // 2: the device was read and nothing known lies on it.
  if (result.code === 2 && result.stdout.trim() === '') return null;
  if (result.code !== 0) return undefined;
  const type = /^TYPE=(\S+)\s*$/m.exec(result.stdout)?.[1];
  if (type !== undefined) return type;
  return /^(PTTYPE|PART_ENTRY_SCHEME)=\S+/m.test(result.stdout) ? null : undefined;
}
