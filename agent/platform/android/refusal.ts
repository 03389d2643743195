import { systemLimits } from '../../../shared/command/system-limits.ts';
import { refusalsOf } from '../not-supported.ts';

/** Orders no app may carry out on Android: Termux is not the device's owner in Android's sense. */
export const refusal = refusalsOf(systemLimits.android);
