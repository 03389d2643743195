import type { UnknownReason } from '../../../shared/reading.ts';
import type { Filtering } from '../../../shared/report/filtering.ts';
import type { Found } from './kept-file.ts';

/** A way round a filter. */
export type Way = Filtering['bypasses'][number];

/** In the order they are told. */
const ways: readonly Way[] = ['hosts-file', 'vpn', 'proxy', 'browser-doh', 'system-doh', 'browser-extension'];

/**
 * What a look for ways round found. INVARIANT: whatever is there and could not be
 * read is noted as unread; only what was read, or is proved not to be there, says
 * that a way is shut.
 */
export interface Ways {
  found: Set<Way>;
  unread: Map<Way, UnknownReason>;
}

export function noWays(): Ways {
  return { found: new Set(), unread: new Map() };
}

/** Notes that a way could not be looked for; the first reason stands. */
export function unreadWay(into: Ways, way: Way, reason: UnknownReason): void {
  if (!into.unread.has(way)) into.unread.set(way, reason);
}

/** The meaning of what was looked at; undefined where it is not there. What is there and unreadable is noted for these ways. */
export function meaning<Value>(into: Ways, about: readonly Way[], found: Found<Value>): Value | undefined {
  if (found.kind === 'unreadable') for (const way of about) unreadWay(into, way, found.reason);
  return found.kind === 'there' ? found.value : undefined;
}

export function together(...all: readonly Ways[]): Ways {
  const sum = noWays();
  for (const { found, unread } of all) {
    for (const way of found) sum.found.add(way);
    for (const [way, reason] of unread) unreadWay(sum, way, reason);
  }
  return sum;
}

/** As a report says it: a way that was found need not be looked for any more. */
export function asReported({ found, unread }: Ways): Pick<Filtering, 'bypasses' | 'bypassesUnread'> {
  return {
    bypasses: ways.filter((way) => found.has(way)),
    bypassesUnread: ways.flatMap((what) => {
      const reason = unread.get(what);
      return reason === undefined || found.has(what) ? [] : [{ what, reason }];
    }),
  };
}
