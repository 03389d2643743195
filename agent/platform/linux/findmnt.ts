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

/** Where an image of the system keeps its files (composefs): in one of these folders of the volume at /sysroot, says the mount. */
const imageFiles = /(?:,datadir\+=|::)\/sysroot\/(?:ostree\/repo|composefs)\/objects(?=[,:\s]|$)/;

/**
 * With the root of a system that starts from an image (Fedora's atomic ones), which lies
 * on no device: a read-only overlay whose files are all on the volume at /sysroot, so it
 * is as good as that.
 *
 * @param mountinfo `/proc/self/mountinfo`
 */
export function withRootOfImage(mounts: readonly Mount[], mountinfo: string): Mount[] {
  const roots = mountinfo.split(/\r?\n/).filter((line) => /^\d+ \d+ \d+:\d+ \S+ \/ /.test(line));
  const options = / - overlay \S+ (ro(?:,\S+)?)$/.exec(roots[0] ?? '')?.[1] ?? '';
  const isImage = roots.length === 1 && imageFiles.test(options) && !/,upperdir=/.test(options);
  const [below, ...others] = mounts.filter(({ target }) => target === '/sysroot');
  if (!isImage || below === undefined || others.length > 0) return [...mounts];
  return [...mounts.filter(({ target }) => target !== '/'), { ...below, target: '/' }];
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
