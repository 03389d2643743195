import type { Facts } from '../facts.ts';
import type { Finding } from '../findings.ts';
import { photosOn } from './photo-count.ts';
import { type Case, cannotTell, contradiction, finding, type Rule } from './rule.ts';

const protectionText = {
  'not-protected': 'The disk is not encrypted: whoever finds the device can read everything on it.',
  partial: 'Only part of the device is encrypted: data on the rest can be read by whoever finds it.',
  converting: 'The disk is still being encrypted or decrypted: until that ends, part of it can be read.',
  protected: '',
} as const;

const protectionRemedy = {
  'not-protected': 'Turn on disk encryption. Until then the device must stay on the premises.',
  partial: 'Encrypt the remaining volumes, swap included. Until then the device must stay on the premises.',
  converting: 'Leave it on and plugged in until it has finished. Until then it must stay on the premises.',
  protected: '',
} as const;

type Judged = { state: 'protected' } | { state: 'against' | 'cannot-tell'; finding: Finding };

/** Volumes that may be whatever they are, or that an encrypted device may have. */
const mayBeProtected: readonly string[] = ['protected', 'locked'];

function judge({ sections: { encryption: reading }, platform }: Pick<Facts, 'sections' | 'platform'>): Judged {
  const what = 'whether the disk is encrypted';
  if (reading.state === 'unknown')
    return { state: 'cannot-tell', finding: cannotTell('encryption-unknown', what, reading, { platform }) };
  const { protection, volumes } = reading.value;
  if (protection !== 'protected') {
    const found = finding('not-protected', protectionText[protection], protectionRemedy[protection]);
    return { state: 'against', finding: found };
  }
  const isWhole = volumes.every(({ holds, state }) => holds === 'boot' || mayBeProtected.includes(state));
  if (isWhole) return { state: 'protected' };
  const parts = 'a part of it is said not to be, or not to be known';
  return { state: 'cannot-tell', finding: contradiction('encryption-unknown', what, parts) };
}

/** Whether it is known that the whole device is encrypted, and no part of the answer contradicts it. */
export function isKnownProtected(facts: Pick<Facts, 'sections' | 'platform'>): boolean {
  return judge(facts).state === 'protected';
}

/**
 * DEV1: encrypted at all times; off the premises unprotected is misuse. What counts as off the premises, whether unknown
 * encryption counts as none there, and whether photos must be on it as well, are the setting's switches.
 */
export const encryption: Rule = (given) => {
  const judged = judge(given.facts);
  if (judged.state === 'protected') return [];
  return [judged.finding, ...offSite(judged.state, given)];
};

function offSite(state: 'against' | 'cannot-tell', { facts, policy, place }: Case): Finding[] {
  const { unprotected, unknownEncryption } = policy.switches.offSite;
  if (place.counts !== 'off-site') return [];
  if (state === 'cannot-tell' && unknownEncryption === 'look') return [];
  const photos = unprotected === 'conditional' ? photosOn(facts) : undefined;
  if (photos === 'none') return [];
  const where =
    place.verdict === 'off-site'
      ? 'The device is away from the setting'
      : `Nothing shows that the device is at the setting, ${countsAsAway}`;
  const disk = state === 'cannot-tell' ? nothingShowsEncryption : 'and its disk is not fully encrypted.';
  const text = [`${where} ${disk}`, ...(photos === undefined ? [] : [photosWords[photos]])].join(' ');
  return [finding('unprotected-off-site', text, 'Have it brought back now, and encrypt it before it leaves again.')];
}

/** In the finding that stands on a place which cannot be told. */
export const countsAsAway = 'which counts as away from it,';
/** Ends the finding that stands on encryption which cannot be told. */
export const nothingShowsEncryption = 'and nothing shows that its disk is encrypted.';

const photosWords = {
  some: 'Photos are on it.',
  'cannot-tell': 'It cannot be told whether photos are on it.',
} as const;
