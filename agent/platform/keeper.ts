/**
 * Keeps small texts of a probe over a restart, in the agent's own data folder: the
 * list of installed programs, sums of folders. Never on the wire. A text that cannot
 * be read counts as none, and one that cannot be written costs only the memory of it.
 */
export interface Keeper {
  read(name: KeptName): Promise<string | undefined>;
  write(name: KeptName, text: string): Promise<void>;
}

export type KeptName =
  | 'programs'
  | 'people-programs'
  | 'photo-folders'
  | 'starts'
  | 'settings'
  | 'settings-spare'
  | 'settings-floor'
  | 'beat'
  | 'observe';

/** Keeps nothing: for a look that must leave no trace. */
export const forgetful: Keeper = { read: async () => undefined, write: async () => {} };
