import type { HometimeAnswer, HometimeAsked } from '../../shared/api/hometime.ts';
import type { FarewellReason } from '../../shared/policy/farewell.ts';
import type { FindingCode } from '../../shared/policy/findings.ts';
import { unknownSentence } from '../../shared/policy/unknown-sentences.ts';
import type { Unknown } from '../../shared/reading.ts';
import type { SectionName } from '../../shared/report/report.ts';
import { counted, listOf } from '../../shared/words.ts';
import type { AtHometime, Closing, Ticked } from './given.ts';
import { isLookedAtSince, isTidiedAtClosing, lastLook } from './looked-at.ts';

/** A battery so full charges no more on many devices. */
const fullPercent = 95;

export function tick(asked: HometimeAsked, answer: HometimeAnswer, text: string): Ticked {
  return { asked, answer, text };
}

/** The tick of a fact that is unknown, or older than closing. `what` ends "it cannot be told …". */
export function cannotTell(
  asked: HometimeAsked,
  what: string,
  why: { reading: Unknown } | { section: SectionName; given: AtHometime; closing: Closing },
): Ticked {
  const because =
    'reading' in why ? unknownSentence(why.reading.reason).why : lastLook(why.section, why.given, why.closing);
  return { ...tick(asked, 'cannot-tell', doubtWords([what], because)), doubt: { what, because } };
}

/** "It cannot be told whether it is charging or whether it is at the setting: …", as a part of a sentence. */
export function doubtWords(what: readonly string[], because: string): string {
  return `it cannot be told ${listOf(what, 'or')}: ${because}`;
}

/** DEV2: nobody is logged in any more. */
export function peopleTick(given: AtHometime, closing: Closing): Ticked {
  const asked = 'people-logged-out';
  const what = 'whether anybody is still logged in';
  const reading = given.device.sections.sessions;
  if (reading.state === 'unknown') return cannotTell(asked, what, { reading });
  const people = [...new Set(reading.value.sessions.map(({ person }) => person))];
  const isFresh = isLookedAtSince('sessions', given, closing);
  if (people.length > 0 && (isFresh || given.device.presence.state === 'online'))
    return tick(asked, 'no', `${listOf(people)} ${people.length === 1 ? 'is' : 'are'} still logged in`);
  if (isFresh || (people.length === 0 && isTidiedAtClosing('peopleLoggedOut', given, closing)))
    return tick(asked, 'yes', 'nobody is logged in');
  return cannotTell(asked, what, { section: 'sessions', given, closing });
}

const photoFaults = ['photos-over-limit', 'photos-too-old', 'photos-kept-past-limit', 'photos-off-site'] as const;

/** DEV3, DEV4: no more photos, and none older, than the setting allows. */
export function photosTick(given: AtHometime, closing: Closing): Ticked {
  const asked = 'photos-in-order';
  const what = 'whether its photos are in order';
  const { sections, findings } = given.device;
  const fault = findings.find(({ code }) => photoFaults.some((wrong) => wrong === code));
  if (fault !== undefined) return tick(asked, 'no', uncapital(fault.text));
  if (sections.photos.state === 'unknown') return cannotTell(asked, what, { reading: sections.photos });
  const doubt = findings.find(({ code }) => code === 'photos-unknown');
  if (doubt !== undefined || !sections.photos.value.complete)
    return tick(asked, 'cannot-tell', doubt === undefined ? `it cannot be told ${what}` : uncapital(doubt.text));
  if (!isLookedAtSince('photos', given, closing)) return cannotTell(asked, what, { section: 'photos', given, closing });
  const { photos, videos } = sections.photos.value.atLeast;
  return tick(
    asked,
    'yes',
    photos + videos === 0 ? 'no photos' : `${counted(photos + videos, 'photo')}, which is allowed`,
  );
}

/** DEV6: it is where it is locked away. */
export function onSiteTick(given: AtHometime, closing: Closing): Ticked {
  const asked = 'on-site';
  const what = 'whether it is at the setting';
  const { sections, place, presence } = given.device;
  if (sections.location.state === 'unknown') return cannotTell(asked, what, { reading: sections.location });
  const isFresh = isLookedAtSince('location', given, closing);
  if (place.verdict === 'off-site' && (isFresh || presence.state === 'online'))
    return tick(asked, 'no', 'it is away from the setting');
  if (closing.policy.networks.length === 0 && closing.policy.beacons.length === 0)
    return tick(asked, 'cannot-tell', `it cannot be told ${what}: no network was named as yours yet`);
  if (!isFresh) return cannotTell(asked, what, { section: 'location', given, closing });
  return place.verdict === 'on-site'
    ? tick(asked, 'yes', 'it is at the setting')
    : tick(asked, 'cannot-tell', `it cannot be told ${what}`);
}

export function chargingTick(given: AtHometime, closing: Closing): Ticked {
  const asked = 'charging';
  const what = 'whether it is charging';
  const reading = given.device.sections.system;
  if (reading.state === 'unknown') return cannotTell(asked, what, { reading });
  const { battery } = reading.value;
  if (battery === null) return tick(asked, 'not-asked', 'it has no battery');
  const { percent, charging } = battery;
  const isGood = charging || percent >= fullPercent;
  const isFresh = isLookedAtSince('system', given, closing);
  if (!isGood && (isFresh || given.device.presence.state === 'online'))
    return tick(asked, 'no', `it is not charging (about ${percent} %)`);
  if (!isFresh) return cannotTell(asked, what, { section: 'system', given, closing });
  return tick(asked, 'yes', charging ? `it is charging (about ${percent} %)` : `it is full (about ${percent} %)`);
}

/** DEV6: it was heard from since closing, or, before it, is heard from now. */
export function accountedForTick({ device }: AtHometime, { passedAt, clockWords }: Closing): Ticked {
  const asked = 'accounted-for';
  const { presence, findings, enrolledAt } = device;
  const { lastSeenAt, state } = presence;
  if (enrolledAt === null) return tick(asked, 'no', 'it has not joined yet, so nothing is known of it');
  if (lastSeenAt === null) return tick(asked, 'no', 'it was never heard from');
  const isFound = (silent: FindingCode) => findings.some(({ code }) => code === silent);
  const isSeen = passedAt === null ? state === 'online' : lastSeenAt >= passedAt;
  const heard = `last heard ${clockWords(lastSeenAt)}${endWords(presence)}`;
  // It is missed only after a while: until then its own word counts, or the board would say that all is well meanwhile.
  const isStopped = isFound('agent-silent') || presence.farewell?.why === 'stopped';
  if (isSeen && isStopped) return tick(asked, 'no', `its agent was stopped while it went on; ${heard}`);
  if (isSeen && !isFound('silent')) return tick(asked, 'yes', heard);
  return tick(asked, 'no', `it was ${heard}${passedAt === null ? '' : ', and not since closing'}`);
}

/** How it ended, where its agent said so. It makes nothing sure that is not without it. */
function endWords({ state, farewell }: AtHometime['device']['presence']): string {
  if (state === 'online' || farewell === undefined) return '';
  const words: { readonly [Why in FarewellReason]: string } = {
    'system-ends': ', when it was switched off',
    stopped: ', when its agent was stopped',
    restarts: '',
    unknown: '',
  };
  return words[farewell.why];
}

/** A whole sentence as a part of another. */
function uncapital(sentence: string): string {
  const text = sentence.replace(/\.$/, '');
  return `${text.charAt(0).toLowerCase()}${text.slice(1)}`;
}
