import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import type { DeviceView } from '../../../../shared/api/devices.ts';
import { StatedError } from '../../../../shared/api/errors.ts';
import type { SessionView } from '../../../../shared/api/people.ts';
import { inFleet, lay } from '../live/latest.ts';
import { useBackend } from './backend.ts';
import { keys } from './keys.ts';
import { everyPage } from './pages.ts';

/** Who is signed in; null: nobody. */
export function useSession() {
  const { call } = useBackend();
  return useQuery({
    queryKey: keys.session,
    queryFn: async (): Promise<SessionView | null> => {
      try {
        return await call('showSession', {});
      } catch (error) {
        if (error instanceof StatedError && error.code === 'not-signed-in') return null;
        throw error;
      }
    },
    staleTime: 60_000,
  });
}

/** Whether the first administrator is still to be made. */
export function useSetUpNeeded() {
  const { call } = useBackend();
  return useQuery({ queryKey: keys.setUp, queryFn: () => call('showSetUp', {}) });
}

/** The whole fleet. */
export function useDevices() {
  const { call, live } = useBackend();
  return useQuery({
    queryKey: keys.devices,
    queryFn: async (): Promise<DeviceView[]> => {
      const mark = live.devices.mark();
      const items = await everyPage((cursor) =>
        call('listDevices', { query: { limit: 200, ...(cursor === undefined ? {} : { cursor }) } }),
      );
      return inFleet(lay(items, live.devices.since(mark)));
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** One device; what the fleet page holds of it is shown until the answer comes. */
export function useDevice(id: string) {
  const { call, live } = useBackend();
  const cache = useQueryClient();
  return useQuery({
    queryKey: keys.device(id),
    queryFn: async (): Promise<DeviceView> => {
      const mark = live.devices.mark();
      const device = await call('showDevice', { params: { id } });
      return live.devices.since(mark).find((newer) => newer.id === id) ?? device;
    },
    placeholderData: () => cache.getQueryData<DeviceView[]>(keys.devices)?.find((device) => device.id === id),
  });
}

/** What changed on a device, newest first, a page at a time. */
export function useChanges(id: string) {
  const { call } = useBackend();
  return useInfiniteQuery({
    queryKey: keys.changes(id),
    queryFn: ({ pageParam }) => call('listChanges', { params: { id }, query: { limit: 15, ...pageParam } }),
    initialPageParam: {},
    getNextPageParam: (page) => (page.nextCursor === null ? undefined : { cursor: page.nextCursor }),
  });
}

/** The orders given to a device, newest first, a page at a time. */
export function useOrders(id: string) {
  const { call } = useBackend();
  return useInfiniteQuery({
    queryKey: keys.orders(id),
    queryFn: ({ pageParam }) => call('listCommands', { params: { id }, query: { limit: 10, ...pageParam } }),
    initialPageParam: {},
    getNextPageParam: (page) => (page.nextCursor === null ? undefined : { cursor: page.nextCursor }),
  });
}
