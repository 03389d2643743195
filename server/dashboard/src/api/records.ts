import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useMay } from './allowed.ts';
import { useBackend } from './backend.ts';
import { keys } from './keys.ts';

const nextPage = ({ nextCursor }: { nextCursor: string | null }): { cursor?: string } | undefined =>
  nextCursor === null ? undefined : { cursor: nextCursor };

/** What may be an attack, newest first, a page at a time; nothing is asked for those who may not see it. */
export function useSecurityEvents() {
  const { call } = useBackend();
  const may = useMay();
  return useInfiniteQuery({
    queryKey: keys.securityEvents,
    queryFn: ({ pageParam }) => call('listSecurityEvents', { query: { limit: 50, ...pageParam } }),
    initialPageParam: {},
    getNextPageParam: nextPage,
    enabled: may('listSecurityEvents'),
  });
}

/** Orders that wait for a second administrator. */
export function useApprovals() {
  const { call } = useBackend();
  const may = useMay();
  return useQuery({
    queryKey: keys.approvals,
    queryFn: () => call('listApprovals', { query: { limit: 100 } }),
    enabled: may('listApprovals'),
  });
}

/** Holds in force and lifted, newest first. */
export function useHolds() {
  const { call } = useBackend();
  const may = useMay();
  return useInfiniteQuery({
    queryKey: keys.holds,
    queryFn: ({ pageParam }) => call('listHolds', { query: { limit: 50, ...pageParam } }),
    initialPageParam: {},
    getNextPageParam: nextPage,
    enabled: may('listHolds'),
  });
}

/** The setting's audit log, newest first. */
export function useAudit() {
  const { call } = useBackend();
  return useInfiniteQuery({
    queryKey: keys.audit,
    queryFn: ({ pageParam }) => call('listAudit', { query: { limit: 50, ...pageParam } }),
    initialPageParam: {},
    getNextPageParam: nextPage,
  });
}
