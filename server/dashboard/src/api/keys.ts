/** Where each answer is kept in the page's cache. */
export const keys = {
  session: ['session'],
  setUp: ['set-up'],
  devices: ['devices'],
  device: (id: string) => ['device', id],
  changes: (id: string) => ['changes', id],
  orders: (id: string) => ['orders', id],
  incidents: ['incidents'],
  policy: ['policy'],
} as const;
