import type { Facts } from '../facts.ts';
import type { Finding } from '../findings.ts';
import { cannotTell, contradiction, finding, type Rule } from './rule.ts';

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

/** DEV1: encrypted at all times; off the premises unprotected is misuse, and unknown counts as unprotected there. */
export const encryption: Rule = ({ facts, place }) => {
  const judged = judge(facts);
  if (judged.state === 'protected') return [];
  if (place.verdict !== 'off-site') return [judged.finding];
  const text =
    judged.state === 'cannot-tell'
      ? 'The device is away from the setting and nothing shows that its disk is encrypted.'
      : 'The device is away from the setting and its disk is not fully encrypted.';
  return [
    judged.finding,
    finding('unprotected-off-site', text, 'Have it brought back now, and encrypt it before it leaves again.'),
  ];
};
