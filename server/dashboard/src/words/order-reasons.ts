import type { OutcomeReason } from '../../../../shared/command/life.ts';

/** Why an order was not carried out, and what to do: one sentence or two for every code. */
const reasons: { readonly [Reason in OutcomeReason]: string } = {
  'observe-mode': 'This device is in observe mode: it reports and refuses to act.',
  'not-supported': 'The device’s system cannot do this.',
  'needs-administrator-rights':
    'The agent on the device runs without the rights this needs. Run it as the system’s administrator.',
  'bad-signature': 'The order was not signed by the server this device trusts, so it did nothing.',
  'wrong-device': 'The order was meant for another device, so it did nothing.',
  'wrong-epoch':
    'The device has joined again since the order was given, so the old order does not run. Order it again.',
  'not-understood': 'The agent on the device does not know this order. It may be older than the server.',
  'too-late': 'The order had run out of time when the device received it, so it did nothing. Order it again.',
  replayed: 'The device has seen this order before, so it did not do it a second time.',
  'forbidden-on-device': 'Whoever looks after the device itself has forbidden this order on it.',
  'needs-device-management':
    'The system allows this only where the device is managed by its maker’s service, and this one is not.',
  'no-such-session': 'The session to be ended was no longer there.',
  'nobody-signed-in': 'Nobody was signed in, so there was no screen to show it on.',
  'not-delivered': 'It could not be put on every screen it was meant for.',
  'still-signed-in': 'The device looked again, and somebody is still signed in. See to it at the device.',
  'browser-still-open':
    'A browser would not close, so what it keeps could not be deleted. Close it at the device, then order it again.',
  'photos-left': 'The device looked again, and some photos or videos are still there.',
  'not-locked': 'The device looked again, and people could still get in. Treat it as not locked.',
  'not-released': 'The device looked again, and it is still locked. Order it again, or release it by telephone.',
  'disk-not-encrypted':
    'Its disk is not encrypted, so its keys cannot be destroyed and the data would remain. Nothing was wiped.',
  'needs-break-glass-account':
    'The device has no account for emergencies that could still sign in as an administrator. Nothing was locked. Make it first.',
  'came-back': 'The device was heard again after it should have been wiped. Treat it as not wiped.',
  busy: 'The device was installing updates or shutting down.',
  held: 'The safeguarding lead holds this device: nothing may be deleted on it until the hold is lifted.',
  declined: 'Another administrator said no.',
  'cannot-look': 'The device could not look again, so nobody can say whether it worked. Check at the device.',
  interrupted:
    'The agent or the device stopped in the middle, so nobody can say whether it worked. Check at the device.',
  'action-failed': 'The device’s system refused or broke off. Try again, or see to it at the device.',
  'journal-changed':
    'Somebody changed the device’s own record of this order, so the device does no more about it, and nobody can say what it did before. Check at the device, and find out who had it.',
  'no-answer': 'The device did not answer in time. It may or may not have done it: check at the device.',
};

export function reasonSentence(reason: OutcomeReason): string {
  return reasons[reason];
}
