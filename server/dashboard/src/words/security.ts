import type { SecurityEventCode } from '../../../../shared/api/safeguards.ts';
import type { Tone } from './tone.ts';

interface SecurityWords {
  title: string;
  /** What it may mean, and what to do. */
  advice: string;
  tone: Tone;
}

const events: { readonly [Code in SecurityEventCode]: SecurityWords } = {
  'order-forged': {
    title: 'A device was given an order that this server did not sign',
    advice: 'The device did nothing. Somebody may be between it and the server: find out which network it is on.',
    tone: 'bad',
  },
  'order-replayed': {
    title: 'A device was given an old order once more',
    advice: 'The device did not do it a second time. A database that was put back from a copy does this too.',
    tone: 'warn',
  },
  'order-late': {
    title: 'A device was given an order after its time',
    advice: 'The device did nothing. Its clock may be wrong, or somebody held the order back.',
    tone: 'warn',
  },
  'order-misaddressed': {
    title: 'A device was given an order meant for another',
    advice: 'The device did nothing. If it was copied from another device, set it up anew.',
    tone: 'warn',
  },
  'order-unknown': {
    title: 'A device speaks of an order that this server never gave',
    advice: 'Look at the device. A database that was put back from a copy does this too.',
    tone: 'bad',
  },
  'wiped-device-came-back': {
    title: 'A device that should be wiped was heard again',
    advice: 'Treat it as not wiped. Find it, and see to it by hand.',
    tone: 'bad',
  },
  'retired-device-came-back': {
    title: 'A device that had left the fleet tried to come back',
    advice: 'It was refused. If you want it back, add it anew.',
    tone: 'warn',
  },
  'release-codes-wrong': {
    title: 'Wrong release codes were typed at a locked device',
    advice: 'Somebody may be guessing. It takes only a few, then waits. Ask who has the device.',
    tone: 'warn',
  },
  'released-by-code': {
    title: 'A locked device was released with a code',
    advice: 'The record says who asked for the code. If nobody did, lock the device again.',
    tone: 'plain',
  },
  'sign-in-throttled': {
    title: 'Many wrong passwords were tried',
    advice: 'Signing in was slowed down; nobody is locked out. If it was not one of you, choose longer passwords.',
    tone: 'warn',
  },
  'csrf-refused': {
    title: 'A page that is not ours tried to act in somebody’s name',
    advice: 'It was refused. Ask who was signed in then, and what they had clicked on.',
    tone: 'bad',
  },
  'audit-broken': {
    title: 'The audit log is not as it was written',
    advice: 'Somebody may have changed the database. Keep a copy of it as it is, and ask whoever runs the server.',
    tone: 'bad',
  },
  'clock-jumped': {
    title: 'The server’s clock went days ahead at once',
    advice:
      'Check the date and time of the computer that the server runs on. If they are right, it was switched off for long: nothing is to be done. Until it has run for seven days, no old case is deleted.',
    tone: 'warn',
  },
};

export function securityWords(code: SecurityEventCode): SecurityWords {
  return events[code];
}
