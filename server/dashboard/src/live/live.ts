import type { QueryClient } from '@tanstack/react-query';
import type { Socket } from 'socket.io-client';
import { type CommandView, commandViewSchema } from '../../../../shared/api/commands.ts';
import { type DeviceView, deviceViewSchema } from '../../../../shared/api/devices.ts';
import type { Page } from '../../../../shared/api/page.ts';
import { type ConsoleToServer, type ServerToConsole, socketPath } from '../../../../shared/wire/events.ts';
import { keys } from '../api/keys.ts';
import { type Batches, createBatches } from './batches.ts';
import { furthest } from './furthest.ts';
import { createLatest, inFleet, type Latest, lay } from './latest.ts';
import { createStatusStore, type StatusStore } from './status.ts';

type ConsoleSocket = Socket<ServerToConsole, ConsoleToServer>;

/** Keeps the cache in step with the server through the `/console` socket. */
export interface Live {
  status: StatusStore;
  devices: Latest<DeviceView>;
  batches: Batches;
  start: () => void;
  stop: () => void;
}

/** A page of a list that is loaded piece by piece, as the cache holds it. */
interface Pages<Item> {
  pages: Page<Item>[];
  pageParams: unknown[];
}

async function openSocket(): Promise<ConsoleSocket> {
  const { io } = await import('socket.io-client');
  return io('/console', { path: socketPath, transports: ['websocket'], reconnectionDelayMax: 5_000 });
}

export function createLive({ cache, now }: { cache: QueryClient; now: () => number }): Live {
  const status = createStatusStore();
  const devices = createLatest<DeviceView>();
  const batches = createBatches();
  let retry: ReturnType<typeof setTimeout> | undefined;
  let socket: ConsoleSocket | undefined;
  let isStarted = false;
  let turn = 0;

  const down = () => {
    if (status.get().state !== 'down') status.set({ state: 'down', since: new Date(now()).toISOString() });
  };

  const lost = () => {
    down();
    if (socket === undefined) return;
    // The server may have turned the page away because nobody is signed in any more.
    void cache.invalidateQueries({ queryKey: keys.session });
    // What the server ended on purpose is not tried again by the socket itself.
    if (!socket.active) retry = setTimeout(() => socket?.connect(), 5_000);
  };

  const listen = (opened: ConsoleSocket) => {
    opened.on('connect', () => {
      status.set({ state: 'live' });
      // What happened in between was not heard: everything is asked for again.
      void cache.invalidateQueries();
    });
    opened.on('disconnect', lost);
    opened.on('connect_error', lost);
    opened.on('device', (message) => takeDevice(cache, devices, message));
    opened.on('command', (message) => takeCommand(cache, batches, message));
    opened.on('security', () => void cache.invalidateQueries({ queryKey: keys.securityEvents }));
    opened.on('incident', () => void cache.invalidateQueries({ queryKey: keys.incidents }));
  };

  /** The socket's program is fetched apart from the page; `turn`: whoever stopped meanwhile wants none. */
  const open = async (asked: number): Promise<void> => {
    try {
      const opened = await openSocket();
      if (asked !== turn) return void opened.disconnect();
      socket = opened;
      listen(opened);
    } catch {
      if (asked !== turn) return;
      down();
      retry = setTimeout(() => void open(asked), 5_000);
    }
  };

  const start = () => {
    if (isStarted) return;
    isStarted = true;
    turn += 1;
    status.set({ state: 'connecting' });
    void open(turn);
  };

  const stop = () => {
    clearTimeout(retry);
    const ended = socket;
    isStarted = false;
    turn += 1;
    socket = undefined;
    ended?.disconnect();
    status.set({ state: 'connecting' });
  };

  return { status, devices, batches, start, stop };
}

function takeDevice(cache: QueryClient, devices: Latest<DeviceView>, message: unknown): void {
  const parsed = deviceViewSchema.safeParse(message);
  if (!parsed.success) return;
  const device = parsed.data;
  devices.note(device);
  cache.setQueryData<DeviceView[]>(keys.devices, (list) => list && inFleet(lay(list, [device])));
  cache.setQueryData<DeviceView>(keys.device(device.id), device);
  void cache.invalidateQueries({ queryKey: keys.changes(device.id) });
}

function takeCommand(cache: QueryClient, batches: Batches, message: unknown): void {
  const parsed = commandViewSchema.safeParse(message);
  if (!parsed.success) return;
  batches.note(parsed.data);
  if (parsed.data.moves.some(({ to }) => to === 'awaiting-approval'))
    void cache.invalidateQueries({ queryKey: keys.approvals });
  putOrder(cache, parsed.data);
}

/** Puts an order into the list of its device: in its place, or first. */
export function putOrder(cache: QueryClient, order: CommandView): void {
  const key = keys.orders(order.deviceId);
  if (cache.isFetching({ queryKey: key }) > 0) void cache.invalidateQueries({ queryKey: key });
  cache.setQueryData<Pages<CommandView>>(key, (held) => held && { ...held, pages: withOrder(held.pages, order) });
}

function withOrder(pages: Page<CommandView>[], order: CommandView): Page<CommandView>[] {
  const isHeld = pages.some((page) => page.items.some((item) => item.id === order.id));
  return pages.map((page, index) => {
    if (isHeld)
      return { ...page, items: page.items.map((item) => (item.id === order.id ? furthest(item, order) : item)) };
    return index === 0 ? { ...page, items: [order, ...page.items] } : page;
  });
}
