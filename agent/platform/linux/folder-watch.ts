import { type FSWatcher, statSync, watch } from 'node:fs';
import { basename } from 'node:path';
import { type Log, messageOf } from '../../../shared/log.ts';

export interface FolderWatch {
  folder: string;
  /** What is watched, for the log. */
  kind: string;
  /** Whether a name in the folder matters; all do unless said otherwise. */
  wants?: (name: string) => boolean;
  /** Milliseconds without a further change until it is told. */
  quietMs: number;
  /** Milliseconds after the first change by which it is told, however many follow. */
  mostMs: number;
  /** The names that changed, at most a few hundred; all that matter where the system did not tell which. */
  onCalm(names: ReadonlySet<string>): void;
}

/** Changes in one go after which the folder is left alone until they are told: whoever makes them costs the agent nothing more. */
const stormLength = 300;
/** Changes that are further apart belong to no storm. */
const stormPauseMs = 1_000;

/** A folder under watch. */
export interface WatchedFolder {
  /** To be called now and then: watches a folder that came to be after the start, or again after it was made anew. */
  look(): void;
  stop(): void;
}

/**
 * Tells when names in a folder changed (inotify: no process, no polling), once for
 * many changes in a row. A folder that is not there, goes away, or cannot be watched
 * for want of room in the kernel costs the hints until a look finds it, and never
 * the agent.
 */
export function watchFolder(given: FolderWatch, log: Log): WatchedFolder {
  let watcher: FSWatcher | undefined;
  let timer: NodeJS.Timeout | undefined;
  let names = new Set<string>();
  let events = 0;
  let firstMs = 0;
  let lastMs = 0;
  /** Of any change, also of names that do not matter. */
  let latestMs = 0;
  let isStopped = false;
  /** What was said last of why nothing is watched: said once, however often it is tried. */
  let trouble: string | undefined;

  function open(): void {
    // To fail costs ten times as much as to ask, and most systems lack some of the folders.
    if (statSync(given.folder, { throwIfNoEntry: false }) === undefined) {
      notWatched('not there');
      return;
    }
    try {
      watcher = watch(given.folder, { persistent: false }, (what, name) => onEvent(what, name));
      watcher.on('error', (error) => {
        log.warn('watch-ended', { kind: given.kind, error: messageOf(error) });
        close();
      });
      trouble = undefined;
    } catch (error) {
      notWatched(messageOf(error));
    }
  }

  function notWatched(why: string): void {
    if (trouble !== why) log.debug('not-watched', { kind: given.kind, error: why });
    trouble = why;
  }

  /** The folder itself went away: its watch lives on and tells nothing more. */
  function isGone(name: string | null): boolean {
    return name === basename(given.folder) && statSync(given.folder, { throwIfNoEntry: false }) === undefined;
  }

  function close(): void {
    watcher?.close();
    watcher = undefined;
  }

  function onEvent(what: string, name: string | null): void {
    if (what === 'rename' && isGone(name)) close();
    const now = performance.now();
    events = now - latestMs > stormPauseMs ? 1 : events + 1;
    latestMs = now;
    if (events > stormLength) close();
    if (name !== null && given.wants?.(name) === false && events <= stormLength) return;
    if (name !== null) names.add(name);
    lastMs = now;
    if (timer !== undefined) return;
    firstMs = lastMs;
    timer = setTimeout(onTimer, given.quietMs);
  }

  function onTimer(): void {
    const now = performance.now();
    const dueMs = Math.min(lastMs + given.quietMs, firstMs + given.mostMs) - now;
    if (dueMs > 1) {
      timer = setTimeout(onTimer, dueMs);
      return;
    }
    const told = names;
    timer = undefined;
    names = new Set();
    events = 0;
    // Before it is told: what changes from here on is told again.
    if (watcher === undefined) open();
    given.onCalm(told);
  }

  open();
  return {
    look() {
      if (isStopped || watcher !== undefined || timer !== undefined) return;
      open();
      // What came while nobody looked may matter.
      if (watcher !== undefined) given.onCalm(new Set());
    },
    stop() {
      isStopped = true;
      clearTimeout(timer);
      close();
    },
  };
}
