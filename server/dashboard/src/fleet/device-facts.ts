import type { DeviceView } from '../../../../shared/api/devices.ts';
import { defaultAppList, type ListedApp } from '../../../../shared/policy/app-list.ts';
import { appsWords } from '../words/apps.ts';
import { protectionWords } from '../words/encryption.ts';
import { filteringWords } from '../words/filtering.ts';
import { judged } from '../words/judged.ts';
import { devicePhotosWords } from '../words/photos.ts';
import { placeWords } from '../words/place.ts';
import { isInTouch, oldFacts, presenceWords } from '../words/presence.ts';
import { sessionsWords } from '../words/sessions.ts';
import { standingWords } from '../words/standing.ts';
import { atTime } from '../words/time.ts';
import type { Said, Tone } from '../words/tone.ts';
import { sortFindings } from './sort.ts';

/** A device's row in words. */
export interface DeviceFacts {
  standing: { label: string; tone: Tone };
  topFinding: string;
  moreFindings: number;
  protection: Said;
  people: Said;
  apps: Said;
  photos: Said;
  filtering: Said;
  place: Said;
  presence: Said;
  /** Label of facts that are old, or empty. */
  old: string;
}

/**
 * `notLiveSince`: since when the page itself is not live. Then nothing is said
 * to be so now, and nothing looks good.
 */
export function factsOf(
  device: DeviceView,
  now: number,
  notLiveSince: string | undefined,
  list: readonly ListedApp[] = defaultAppList.apps,
): DeviceFacts {
  const { sections } = device;
  const findings = sortFindings(device.findings);
  return {
    standing: standingOf(device, now, notLiveSince),
    topFinding: findings[0]?.text ?? whyUncertain(device),
    moreFindings: Math.max(0, findings.length - 1),
    protection: judged(protectionWords(sections.encryption), 'encryption', device),
    people: sessionsWords(sections.sessions, device.assignedPeople),
    apps: judged(appsWords(sections.apps, list), 'apps', device),
    photos: devicePhotosWords(device),
    filtering: judged(filteringWords(sections.filtering, device.childFacing), 'filtering', device),
    place: placeWords(device.place),
    presence: notLiveSince === undefined ? presenceWords(device.presence, now) : notLivePresence(device, now),
    old: notLiveSince === undefined ? oldFacts(device.presence, now) : `as shown ${atTime(notLiveSince, now)}`,
  };
}

/** The standing's label; a good one of a page that is not live is said in the past. */
export function standingOf(
  device: Pick<DeviceView, 'standing' | 'retiredAt'>,
  now: number,
  notLiveSince: string | undefined,
): { label: string; tone: Tone } {
  if (device.retiredAt !== null) return { label: 'Left the fleet', tone: 'plain' };
  const { label, tone } = standingWords[device.standing];
  if (notLiveSince === undefined || device.standing !== 'clear') return { label, tone };
  return { label: `Nothing found wrong ${atTime(notLiveSince, now)}; not known since`, tone: 'unknown' };
}

/** Why a device without findings cannot be called clear. */
export function whyUncertain(device: Pick<DeviceView, 'standing' | 'presence' | 'enrolledAt'>): string {
  if (device.standing === 'clear') return '';
  if (device.enrolledAt === null) return 'It has not joined yet: run the command of its link on it.';
  if (!isInTouch(device.presence.state)) return 'It is out of touch, so how it is now is not known.';
  return '';
}

function notLivePresence(device: DeviceView, now: number): Said {
  const { lastSeenAt } = device.presence;
  return {
    text: lastSeenAt === null ? 'Not known' : `Not known; last heard ${atTime(lastSeenAt, now)}`,
    tone: 'unknown',
  };
}
