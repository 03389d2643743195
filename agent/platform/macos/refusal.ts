import { refusalsOf } from '../not-supported.ts';

/**
 * Orders no program may carry out on a Mac. The lock: an account that is switched off (`pwpolicy`) still opens a disk
 * with FileVault before macOS runs, and one whose right to that is taken away too (`fdesetup remove`) cannot be given it
 * back from afar. Only a device management service may lock a Mac (`DeviceLock`, platforms.md 5.3).
 */
export const refusal = refusalsOf({ lock: 'needs-device-management', release: 'needs-device-management' });
