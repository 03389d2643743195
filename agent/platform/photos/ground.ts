/**
 * What a folder lies on.
 * - near: a disk of the device itself, which answers at once;
 * - far: a network, a program or a stick that may keep one waiting, for ever if it is gone;
 * - apart: the system's own, where nothing of people's lies.
 */
export interface Ground {
  kind: 'near' | 'far' | 'apart';
  /** Names the mount: what one that does not answer holds up is told by it. */
  mount: string;
  /** A folder that two names lead to has no folder in it: this file system counts them so. */
  countsFolders?: true;
}

export interface Grounds {
  of(path: string): Ground;
  /** The ground of a folder whose parent's is known. */
  within(path: string, parent: Ground): Ground;
}

export const nearGround: Ground = { kind: 'near', mount: '' };

/** Grounds that are told by the path alone, on systems that keep no table of mounts. */
export function groundsByPath(of: (path: string) => Ground): Grounds {
  return { of, within: (path, parent) => (parent.kind === 'near' ? of(path) : parent) };
}
