import { refusalsOf } from '../not-supported.ts';

/**
 * Orders no app may carry out on Android. Who uses the device no app can see, so that nobody can be signed out or be
 * shown to have been told anything; a lock that holds is its owner's in Android's sense (platforms.md 5.4), which
 * Termux is not.
 */
export const refusal = refusalsOf({
  logout: 'not-supported',
  message: 'not-supported',
  lock: 'needs-device-management',
  release: 'needs-device-management',
});
