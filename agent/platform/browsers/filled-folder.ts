import { noMarks } from './marks.ts';
import type { Store, Tools } from './store.ts';
import { Unreadable } from './unreadable.ts';

/** A folder that must hold something: with nothing in it that can be seen, the system hides what there is (macOS does). */
export function filledFolder(folder: string, { names }: Pick<Tools, 'names'>): Store {
  return {
    id: `${folder} itself`,
    async stamp() {
      if ((await names.namesIn(folder))?.length === 0) throw new Unreadable('blocked-by-permission');
      return undefined;
    },
    read: async () => noMarks,
  };
}

/** A store that was found to be unreadable before it was asked. */
export function failedStore(id: string, error: unknown): Store {
  const fail = () => Promise.reject(error);
  return { id, stamp: fail, read: fail };
}
