import { readFile } from 'node:fs/promises';
import { type Clock, instant } from '../../../shared/instant.ts';
import { known, unknown } from '../../../shared/reading.ts';
import type { Media } from '../../../shared/report/media.ts';
import type { MediaTracker } from '../media/media-tracker.ts';
import type { Probe } from '../platform.ts';
import { parseMounts } from './mount-text.ts';

interface MediaParts {
  clock: Clock;
  tracker: MediaTracker;
  /** One file of the kernel; undefined: it may not be read. */
  read?: (path: string) => Promise<string | undefined>;
}

const readText = (path: string) => readFile(path, 'utf8').catch(() => undefined);

/**
 * Cards and sticks of an Android device (DEV10), where Android shows an app the mount of
 * one. That none is mounted is unknown: an app is shown its own part of the mounts, and
 * nothing tells whether it is all.
 */
export function createMediaProbe({ clock, tracker, read = readText }: MediaParts): Probe<Media> {
  let seenBefore = false;
  return async () => {
    const text = await read('/proc/self/mounts');
    const at = instant(clock.now());
    if (text === undefined) return unknown('permission-denied', at, 'proc');
    const media = parseMounts(text);
    if (media === undefined) return unknown('not-understood', at, 'proc');
    // Once a card was shown, its mount going away is seen as well.
    if (media.length === 0 && !seenBefore) return unknown('permission-denied', at, 'block-devices');
    seenBefore = true;
    return known(tracker.look(media), at);
  };
}
