import type { StorageMark } from './marks.ts';
import type { Store, Tools } from './store.ts';
import type { Wanted } from './wanted.ts';

/**
 * A folder in which a browser makes a folder for each origin that keeps a database
 * (IndexedDB). What is in them is not looked at: apps whose sign-ins have no known
 * names may keep them there, so that there is one makes such an app *possible*.
 */
export function keptByOrigin(
  folder: string,
  hostOfName: (name: string) => string | undefined,
  { names }: Pick<Tools, 'names'>,
): Store {
  return {
    id: `${folder} by origin`,
    async stamp() {
      const there = await names.namesIn(folder);
      return there === undefined ? undefined : { text: [...there].sort().join('\n'), changedMs: 0 };
    },
    async read(wanted) {
      const there = (await names.namesIn(folder)) ?? [];
      return { cookies: [], storage: marksOf(there.map(hostOfName), wanted) };
    },
  };
}

function marksOf(hosts: readonly (string | undefined)[], wanted: Wanted): StorageMark[] {
  return hosts.flatMap((each) => {
    const host = wanted.hostOf(each ?? '');
    return host === undefined ? [] : [{ host, keys: [], certain: true }];
  });
}
