import type { ProcessHost } from '../exec.ts';

/** Android's own tools, then those of Termux. */
export const toolFolders = ['/system/bin', '/data/data/com.termux/files/usr/bin'] as const;

/**
 * How tools are started in Termux. Some of Android's (`pm`) are scripts that call others
 * by their plain names: these must be found in the same folders, and nowhere else.
 */
export function androidHost(folders: readonly string[] = toolFolders): ProcessHost {
  return {
    separator: '/',
    cwd: '/',
    environment: {
      PATH: folders.join(':'),
      ANDROID_ROOT: '/system',
      ANDROID_DATA: '/data',
      LC_ALL: 'C',
      LANG: 'C',
      TZ: 'UTC',
    },
    decode: (bytes) => bytes.toString(),
  };
}
