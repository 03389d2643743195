import { type Files, ifFound } from './files.ts';

/** Names in udev's database that concern media: block devices ("b8:1"), and USB devices, some of which are cameras. */
export function concernsMedia(name: string): boolean {
  return /^(b\d+:\d+|c189:\d+|\+usb:.*)$/.test(name);
}

/** Where disks hang that can be pulled out, and devices in memory that come and go. */
const outside = /\/usb\d+\/|\/block\/(sr|loop|zram|ram|fd)\d/;

/**
 * Tells whether changes of block devices may concern the disks inside, whose
 * encryption is then worth asking about again. A device that has gone is judged by
 * where it was.
 */
export function createBlockEvents(files: Files): (names: ReadonlySet<string>) => Promise<boolean> {
  const places = new Map<string, string>();

  async function place(number: string): Promise<string | undefined> {
    const path = ifFound(await files.link(`/sys/dev/block/${number}`)) ?? places.get(number);
    if (path !== undefined) places.set(number, path);
    return path;
  }

  const begun = (async () => {
    for (const number of ifFound(await files.names('/sys/dev/block')) ?? []) await place(number);
  })();

  return async (names) => {
    await begun;
    for (const name of names) {
      if (!/^b\d+:\d+$/.test(name)) continue;
      const path = await place(name.slice(1));
      if (path === undefined || !outside.test(path)) return true;
    }
    return false;
  };
}
