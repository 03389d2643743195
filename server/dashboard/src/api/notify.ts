import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { useMay } from './allowed.ts';
import { useBackend } from './backend.ts';
import { keys } from './keys.ts';

const nextPage = ({ nextCursor }: { nextCursor: string | null }): { cursor?: string } | undefined =>
  nextCursor === null ? undefined : { cursor: nextCursor };

/** Notices come without a word on the page's socket: they are asked for anew. */
const againAfterMs = 60_000;

/** What the person is asked to look at, told of last first, a page at a time. */
export function useNotices(which: 'open' | 'all') {
  const { call } = useBackend();
  return useInfiniteQuery({
    queryKey: [...keys.notices, which],
    queryFn: ({ pageParam }) => call('listNotices', { query: { limit: 30, which, ...pageParam } }),
    initialPageParam: {},
    getNextPageParam: nextPage,
    refetchInterval: againAfterMs,
  });
}

/** Has the person's notices asked for anew, when one was looked at. */
export function useNoticesChanged(): () => Promise<void> {
  const cache = useQueryClient();
  return useCallback(() => cache.invalidateQueries({ queryKey: keys.notices }), [cache]);
}

export function usePreferences() {
  const { call } = useBackend();
  return useQuery({ queryKey: keys.preferences, queryFn: () => call('showPreferences', {}) });
}

export function useNotifyState() {
  const { call } = useBackend();
  return useQuery({ queryKey: keys.notifyState, queryFn: () => call('showNotifyState', {}) });
}

export function useNotifyRules() {
  const { call } = useBackend();
  const may = useMay();
  return useQuery({
    queryKey: keys.notifyRules,
    queryFn: () => call('showNotifyRules', {}),
    enabled: may('showNotifyRules'),
  });
}

export function useWebhooks() {
  const { call } = useBackend();
  return useQuery({ queryKey: keys.webhooks, queryFn: () => call('listWebhooks', {}) });
}

/** Every e-mail and webhook call, newest first, a page at a time. */
export function useDeliveries() {
  const { call } = useBackend();
  return useInfiniteQuery({
    queryKey: keys.deliveries,
    queryFn: ({ pageParam }) => call('listDeliveries', { query: { limit: 20, ...pageParam } }),
    initialPageParam: {},
    getNextPageParam: nextPage,
    refetchInterval: againAfterMs,
  });
}
