import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { Hometime } from '../../../../shared/api/hometime.ts';
import { useBackend } from './backend.ts';
import { keys } from './keys.ts';

/** The board of this moment: every page of it, of one look or of several that follow at once. */
export function useHometime() {
  const { call } = useBackend();
  return useQuery({
    queryKey: keys.hometime,
    queryFn: async (): Promise<Hometime> => {
      let board = await call('showHometime', { query: { limit: 500 } });
      while (board.nextCursor !== null) {
        const next = await call('showHometime', { query: { limit: 500, cursor: board.nextCursor } });
        board = { ...next, items: [...board.items, ...next.items] };
      }
      return board;
    },
    refetchInterval: 60_000,
  });
}

/** Whatever a device reports may change the board: it is asked for again, and not more often than every other second. */
const gatherMs = 2_000;
/** Where the socket puts what a device says. */
const told: readonly unknown[] = [keys.devices[0], keys.device('')[0]];

/** Keeps the board in step while it is looked at. */
export function useLiveHometime(): void {
  const cache = useQueryClient();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = cache.getQueryCache().subscribe(({ type, query }) => {
      if (type !== 'updated' || !told.includes(query.queryKey[0])) return;
      timer ??= setTimeout(() => {
        timer = undefined;
        void cache.invalidateQueries({ queryKey: keys.hometime });
      }, gatherMs);
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [cache]);
}
