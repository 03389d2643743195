import { z } from 'zod';

export interface Mount {
  target: string;
  /** A device, or whatever else the file system names ("lab", "rpool/home"). */
  source: string;
  fstype: string;
}

const mountSchema = z.object({
  target: z.string(),
  source: z.string().nullable(),
  fstype: z.string().nullable(),
  get children() {
    return z.array(mountSchema).nullish();
  },
});
type MountNode = z.infer<typeof mountSchema>;

const findmntSchema = z.object({ filesystems: z.array(mountSchema) });

/** All mounts of `findmnt --json`; undefined: not understood. */
export function parseFindmnt(output: string): Mount[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(output.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
  const parsed = findmntSchema.safeParse(value);
  return parsed.success ? parsed.data.filesystems.flatMap(flatten) : undefined;
}

function flatten(node: MountNode): Mount[] {
  const mount = { target: node.target, source: node.source ?? '', fstype: node.fstype ?? '' };
  return [mount, ...(node.children ?? []).flatMap(flatten)];
}

/** Swap partitions in use, by device path. Swap files lie on a volume that is judged anyway. undefined: not understood. */
export function parseSwaps(text: string): string[] | undefined {
  const [header, ...lines] = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  if (header === undefined || !header.replace(/^\uFEFF/, '').startsWith('Filename')) return undefined;
  const devices: string[] = [];
  for (const line of lines) {
    const match = /^(\S+)\s+(partition|file)\s/.exec(line);
    if (match?.[1] === undefined) return undefined;
    if (match[2] === 'partition') devices.push(match[1]);
  }
  return devices;
}
