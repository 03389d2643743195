import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { IncidentCase } from '../../../../shared/api/incidents.ts';
import { useMay } from './allowed.ts';
import { useBackend } from './backend.ts';
import type { Call } from './call.ts';
import { keys } from './keys.ts';

/** What of the record is shown; empty: everything. */
export interface IncidentFilter {
  state: string;
  category: string;
  severity: string;
  q: string;
}

const nextPage = ({ nextCursor }: { nextCursor: string | null }): { cursor?: string } | undefined =>
  nextCursor === null ? undefined : { cursor: nextCursor };

/**
 * Whoever may no longer see a case is not told so by the socket: what they have open is asked for anew, so that it does not
 * stay on their screen.
 */
const againAfterMs = 15_000;

/** Cases that this person may see, a page at a time. */
export function useIncidents(filter: IncidentFilter) {
  const { call } = useBackend();
  const said = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== ''));
  return useInfiniteQuery({
    queryKey: [...keys.incidents, 'list', said],
    queryFn: ({ pageParam }) => call('listIncidents', { query: { limit: 50, ...said, ...pageParam } }),
    initialPageParam: {},
    getNextPageParam: nextPage,
    refetchInterval: againAfterMs,
  });
}

export function useIncidentCounts() {
  const { call } = useBackend();
  return useQuery({
    queryKey: [...keys.incidents, 'counts'],
    queryFn: () => call('countIncidents', {}),
    refetchInterval: againAfterMs,
  });
}

const caseKey = (id: string) => [...keys.incidents, 'case', id];

/**
 * One case. Asking for it is on record; what it is asked for again while it stands open is no look of anybody's. Nothing
 * is kept of it when it is left, so that whoever comes back looks anew.
 */
export function useIncident(id: string) {
  const { call } = useBackend();
  const cache = useQueryClient();
  const queryKey = caseKey(id);
  return useQuery({
    queryKey,
    queryFn: () => {
      const query = cache.getQueryData(queryKey) === undefined ? {} : { again: 'yes' };
      return call('showIncident', { params: { id }, query });
    },
    refetchInterval: againAfterMs,
    gcTime: 0,
  });
}

/** Does something with a case; what comes back is the case as it is then. */
export function useCaseAct<Given>(id: string, act: (call: Call, given: Given) => Promise<IncidentCase>) {
  const { call } = useBackend();
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (given: Given) => act(call, given),
    onSuccess: (changed) => {
      cache.setQueryData(caseKey(id), changed);
      void cache.invalidateQueries({ queryKey: [...keys.incidents, 'list'] });
      void cache.invalidateQueries({ queryKey: [...keys.incidents, 'counts'] });
    },
  });
}

/** The short form without an account, for whoever keeps it. */
export function useReportForm() {
  const { call } = useBackend();
  const may = useMay();
  return useQuery({
    queryKey: keys.reportForm,
    queryFn: () => call('showReportForm', {}),
    enabled: may('showReportForm'),
  });
}
