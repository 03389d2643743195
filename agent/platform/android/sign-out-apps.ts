import type { AppSignOutResult } from '../actions.ts';

/** Signing people out of apps on Android: no app may touch what another keeps. A device owner may (`clearApplicationUserData`). */
export async function signOutApps(): Promise<AppSignOutResult> {
  return { browsersClosed: 0, browsersEnded: 0, trouble: 'needs-device-management' };
}
