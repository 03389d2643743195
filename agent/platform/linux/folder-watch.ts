import { type FSWatcher, watch } from 'node:fs';
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

/**
 * Tells when names in a folder changed (inotify: no process, no polling), once for
 * many changes in a row. A folder that is not there, or goes away, costs the hints
 * and never the agent. Returns how to stop.
 */
export function watchFolder(given: FolderWatch, log: Log): () => void {
  let watcher: FSWatcher | undefined;
  let timer: NodeJS.Timeout | undefined;
  let names = new Set<string>();
  let events = 0;
  let firstMs = 0;
  let lastMs = 0;
  /** Of any change, also of names that do not matter. */
  let latestMs = 0;

  function open(): void {
    try {
      watcher = watch(given.folder, { persistent: false }, (_what, name) => onEvent(name));
      watcher.on('error', (error) => log.warn('watch-ended', { kind: given.kind, error: messageOf(error) }));
    } catch (error) {
      log.debug('not-watched', { kind: given.kind, error: messageOf(error) });
    }
  }

  function close(): void {
    watcher?.close();
    watcher = undefined;
  }

  function onEvent(name: string | null): void {
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
  return () => {
    clearTimeout(timer);
    close();
  };
}
