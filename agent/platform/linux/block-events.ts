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
  const places = new Map<string, boolean>();

  async function isOutside(number: string): Promise<boolean> {
    const folder = `/sys/dev/block/${number}`;
    const path = ifFound(await files.link(folder));
    if (path !== undefined) places.set(number, outside.test(path) || (await liesOutside(folder)));
    // A device that is met for the first time as it goes may have been inside.
    return places.get(number) ?? false;
  }

  /** What device-mapper built (an opened stick) lies where everything below it lies. */
  async function liesOutside(folder: string): Promise<boolean> {
    const below = ifFound(await files.names(`${folder}/slaves`)) ?? [];
    const paths: string[] = [];
    for (const name of below) paths.push(ifFound(await files.link(`/sys/class/block/${name}`)) ?? '');
    return paths.length > 0 && paths.every((each) => outside.test(each));
  }

  const begun = (async () => {
    for (const number of ifFound(await files.names('/sys/dev/block')) ?? []) await isOutside(number);
  })();

  return async (names) => {
    await begun;
    for (const name of names) {
      if (/^b\d+:\d+$/.test(name) && !(await isOutside(name.slice(1)))) return true;
    }
    return false;
  };
}
