import type { GuardReason } from './standing.ts';

/** Why, as the first sentence on a screen; reasons for which nobody is warned have none of their own. */
const why: { readonly [Reason in GuardReason]?: string } = {
  'unprotected-off-site': 'This device is away from the setting and its disk is not fully encrypted.',
  'encryption-unknown-off-site': 'This device is away from the setting and nothing shows that its disk is encrypted.',
  'unprotected-place-unknown':
    'Nothing shows that this device is at the setting, and its disk is not known to be encrypted.',
  'photos-off-site': 'This device is away from the setting with photos on it, and its disk is not fully encrypted.',
  'rules-damaged':
    'What this device was told by its setting has been damaged, and its disk is not known to be encrypted.',
};
const whyElse = 'This device is away from the setting and is not protected.';

/** Why a device is warned or blocked, in one sentence. */
export function guardCause(cause: GuardReason | null): string {
  return (cause === null ? undefined : why[cause]) ?? whyElse;
}

const wayOut: { readonly [Reason in GuardReason]?: string } = {
  'rules-damaged': 'Connect it to the setting’s network, or ask your manager.',
};
const wayOutElse = 'Bring it back to the setting, or ask your manager.';

/** What helps. */
export function guardRemedy(cause: GuardReason | null): string {
  return (cause === null ? undefined : wayOut[cause]) ?? wayOutElse;
}

/** Shown on the screens of a device that is warned. `minutesLeft` null: the rules only warn. */
export function warningText(cause: GuardReason | null, minutesLeft: number | null): string {
  const then =
    minutesLeft === null ? '' : ` In ${inMinutes(minutesLeft)} it locks itself and signs you out: save your work.`;
  return `${guardCause(cause)}${then} ${guardRemedy(cause)}`;
}

/** Shown where people sign in, beside the offline code's challenge. */
export function blockedText(cause: GuardReason | null): string {
  const itself = cause === 'rules-damaged' ? '' : ' It unlocks by itself when it is back.';
  return `${guardCause(cause)} ${guardRemedy(cause)}${itself}`;
}

export function inMinutes(minutes: number): string {
  return minutes === 1 ? '1 minute' : `${minutes} minutes`;
}
