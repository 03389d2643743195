import { cannotTell, finding, type Rule } from './rule.ts';

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

/** DEV1: encrypted at all times; off the premises unprotected is misuse, and unknown counts as unprotected there. */
export const encryption: Rule = ({ facts, place }) => {
  const reading = facts.sections.encryption;
  if (reading.state === 'known' && reading.value.protection === 'protected') return [];
  const findings =
    reading.state === 'unknown'
      ? [cannotTell('encryption-unknown', 'whether the disk is encrypted', reading)]
      : [
          finding(
            'not-protected',
            protectionText[reading.value.protection],
            protectionRemedy[reading.value.protection],
          ),
        ];
  if (place.verdict !== 'off-site') return findings;
  const text =
    reading.state === 'unknown'
      ? 'The device is away from the setting and nothing shows that its disk is encrypted.'
      : 'The device is away from the setting and its disk is not fully encrypted.';
  return [
    ...findings,
    finding('unprotected-off-site', text, 'Have it brought back now, and encrypt it before it leaves again.'),
  ];
};
