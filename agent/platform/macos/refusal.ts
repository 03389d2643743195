import { systemLimits } from '../../../shared/command/system-limits.ts';
import { refusalsOf } from '../not-supported.ts';

/** Orders no program may carry out on a Mac. Only a device management service may (`DeviceLock`, `EraseDevice`). */
export const refusal = refusalsOf(systemLimits.macos);
