import type { Volume } from '../../../shared/report/encryption.ts';
import type { Doubt } from '../protection.ts';

/** Values of Android's properties; an unset one is an empty text. */
export interface CryptoProperties {
  /** `ro.crypto.state` */
  state: string;
  /** `ro.crypto.type` */
  type: string;
  /** `vold.decrypt` */
  decrypt: string;
  /** `vold.encrypt_progress` */
  progress: string;
}

/** One value as `getprop NAME` prints it; undefined: more than one line, or no such value can be. */
export function parseProperty(text: string): string | undefined {
  const value = text.replace('\uFEFF', '').replace(/\r?\n$/, '');
  return /^[\x20-\x7e]{0,91}$/.test(value) ? value.trim() : undefined;
}

const screenLock: Doubt = { reason: 'not-supported', detail: 'screen-lock' };
const notUnderstood: Doubt = { reason: 'not-understood', detail: 'getprop' };

/**
 * What Android's properties prove about the storage that holds apps, photos and
 * accounts (platforms.md 1.4).
 *
 * They can prove that it is plain, or that a conversion runs. They can never
 * prove that it is protected: without a screen lock, file-based encryption opens
 * by itself at start, and full-disk encryption with Android's default password;
 * whether a lock is set no property tells, and Termux may not ask. So
 * "encrypted" leaves a doubt, and the device is unknown.
 */
export function judgeProperties(properties: CryptoProperties): { volumes: Volume[]; doubts: Doubt[] } {
  switch (properties.state) {
    case 'unencrypted':
    case 'unsupported':
      return { volumes: [userdata(isConverting(properties) ? 'converting' : 'not-protected', 'none')], doubts: [] };
    case 'encrypted':
      return judgeEncrypted(properties);
    default:
      return { volumes: [], doubts: [notUnderstood] };
  }
}

function judgeEncrypted(properties: CryptoProperties): { volumes: Volume[]; doubts: Doubt[] } {
  if (properties.type === 'file') return { volumes: [userdata('unknown', 'fbe')], doubts: [screenLock] };
  if (properties.type !== 'block') return { volumes: [userdata('unknown', 'unknown')], doubts: [notUnderstood] };
  if (isConverting(properties)) return { volumes: [userdata('converting', 'fde')], doubts: [] };
  // The smallest system runs while a PIN is awaited, but also while a device is being encrypted.
  const state = properties.decrypt === 'trigger_restart_min_framework' ? 'locked' : 'unknown';
  return { volumes: [userdata(state, 'fde')], doubts: [screenLock] };
}

/** [K] vold tells the percentage while it encrypts a whole device in place, on Android 9 and before. */
function isConverting({ progress }: CryptoProperties): boolean {
  return /^\d{1,2}$/.test(progress);
}

function userdata(state: Volume['state'], scheme: Volume['scheme']): Volume {
  return { id: 'userdata', holds: 'system', state, scheme };
}
