import type { PlatformName } from '../names.ts';
import type { UnknownReason } from '../reading.ts';

/** Each reason for not knowing, in plain words, and what to do about it. */
const sentences: { readonly [Reason in UnknownReason]: { why: string; remedy: string } } = {
  'not-supported': {
    why: 'Hometime cannot ask this on the device’s system yet',
    remedy: 'Check it by hand until it can.',
  },
  'not-asked-yet': {
    why: 'the device has not answered yet',
    remedy: 'It answers by itself while it is switched on and connected.',
  },
  'tool-missing': {
    why: 'the device lacks the system tool that answers it',
    remedy: 'Ask whoever looks after the device to install it; its page names the tool.',
  },
  'permission-denied': {
    why: 'the agent is not allowed to ask',
    remedy: 'Check it by hand. If the agent does not run as the system’s administrator, let it.',
  },
  'blocked-by-permission': {
    why: 'folders on the device may not be read',
    remedy: 'Run the agent with the right to read people’s folders.',
  },
  'timed-out': {
    why: 'the device’s system did not answer in time',
    remedy: 'It is asked again by itself; restart the device if it stays so.',
  },
  'not-understood': {
    why: 'the device’s system answered something Hometime does not understand',
    remedy: 'Please send us the case; until then check it by hand.',
  },
  'tool-failed': {
    why: 'the system’s own tool ended with an error',
    remedy: 'Restart the device; if it stays so, ask whoever looks after it.',
  },
  'disks-not-described': {
    why: 'the system does not describe all the disks in use',
    remedy: 'Check the encryption by hand. If the agent does not run as the system’s administrator, let it.',
  },
  'no-session-service': {
    why: 'the system keeps no list of who is signed in',
    remedy: 'Check it at the device.',
  },
  'no-network': {
    why: 'the network it is on does not answer',
    remedy: 'Connect the device to the setting’s network.',
  },
  'captive-portal': {
    why: 'the network it is on wants a sign-in first',
    remedy: 'Connect the device to the setting’s own network.',
  },
  'in-use': {
    why: 'a program that is running holds it so that nobody else can read it',
    remedy: 'Close the browser on the device; it is asked again by itself.',
  },
  'probe-failed': {
    why: 'asking failed on the device',
    remedy: 'The agent’s log on the device says how; it is asked again by itself.',
  },
};

const byHand = 'Check it by hand.';

/** What cannot be done on Android: there is no administrator to run as, and no tool to install from the system. */
const onAndroid: { readonly [Reason in UnknownReason]?: { why: string; remedy: string } } = {
  'not-supported': { why: 'Android tells it to no app', remedy: byHand },
  'permission-denied': { why: 'Android tells it to no app', remedy: byHand },
  'disks-not-described': { why: 'Android tells it to no app', remedy: byHand },
  'blocked-by-permission': { why: 'Android keeps it from other apps', remedy: byHand },
  'tool-missing': {
    why: 'the device lacks a part of Termux that answers it',
    remedy: 'Install it in Termux on the device; the device’s page names it.',
  },
};

/** A reason for not knowing, as the end of a sentence, and the remedy as a sentence; where the platform is given, one that can be done there. */
export function unknownSentence(
  reason: UnknownReason,
  platform: PlatformName | null = null,
): { why: string; remedy: string } {
  return (platform === 'android' ? onAndroid[reason] : undefined) ?? sentences[reason];
}
