import { settingCalendar } from '../../../server/calendar/setting-calendar.ts';
import { defaultAppList } from '../../../shared/policy/app-list.ts';
import { defaultPolicy, type Policy } from '../../../shared/policy/document.ts';
import { type EvaluatedPolicy, evaluatedPolicyOf } from '../../../shared/policy/evaluated-policy.ts';
import { type Facts, noPlaceMemory } from '../../../shared/policy/facts.ts';
import { known, type Reading, type UnknownReason, unknown } from '../../../shared/reading.ts';
import type { AppAnswer, Apps } from '../../../shared/report/apps.ts';
import type { Media, Medium } from '../../../shared/report/media.ts';
import type { ProgramChange } from '../../../shared/report/programs.ts';
import type { Sections, SectionValues } from '../../../shared/report/report.ts';
import type { Rights } from '../../../shared/report/rights.ts';

export const now = '2026-11-21T12:00:00.000Z';
const at = '2026-11-21T11:59:30.000Z';
export const ownGateway = '02:00:00:00:00:01';

/** A setting that has named its network. */
export const policy: Policy = { ...defaultPolicy, networks: [{ gatewayHardwareAddress: ownGateway, label: 'Office' }] };

/** A policy as it is evaluated, in London, at the tests' present. */
export function rulesOf(given: Partial<Policy> = {}): EvaluatedPolicy {
  const whole = { ...policy, ...given };
  const calendar = settingCalendar(whole.opening, { timeZone: 'Europe/London', at: now });
  return evaluatedPolicyOf(whole, { placeSalt: Buffer.alloc(32, 7).toString('base64'), calendar });
}

/** Every fact known, and every rule met. */
export const good: Sections = {
  encryption: known({ protection: 'protected', volumes: [{ id: 'dm-0', holds: 'system', state: 'protected' }] }, at),
  sessions: known({ sessions: [] }, at),
  photos: known({ places: [], atLeast: { photos: 0, videos: 0 }, complete: true }, at),
  filtering: filteringOf('on'),
  location: placeAt(ownGateway),
  apps: appsOf({}),
  media: known({ attached: [], recent: [] }, at),
  programs: known({ count: 10, since: at, changes: [], unread: [] }, at),
  rights: known(
    {
      people: [],
      automaticSignIn: known({ on: false, person: null }, at),
      firewall: known({ on: true }, at),
      antivirus: known({ state: 'on', upToDate: true }, at),
    },
    at,
  ),
  agent: known(
    {
      startedAt: at,
      starts: 1,
      clockSkewSeconds: 0,
      lastFullCycleAt: null,
      memoryMb: 60,
      cpuPercent: 0,
      failures: [],
    },
    at,
  ),
  system: known({ model: null, os: { name: 'Debian', version: '12' }, bootedAt: at, disk: null, battery: null }, at),
};

export function placeAt(hardwareAddress: string | null, vpn = false): Sections['location'] {
  const gateway = { address: '10.0.0.1', hardwareAddress, link: 'wired' as const };
  return known({ gateway, wifi: null, vpn }, at);
}

export function notKnown(reason: UnknownReason = 'not-understood'): Reading<never> {
  return unknown(reason, at);
}

export function encryptionOf(
  protection: 'protected' | 'not-protected' | 'converting' | 'partial',
): Sections['encryption'] {
  return known({ protection, volumes: [] }, at);
}

export function signedIn(...people: string[]): Sections['sessions'] {
  const sessions = people.map((person, index) => ({
    id: String(index + 1),
    person,
    where: 'console' as const,
    since: at,
    activity: 'active' as const,
    locked: null,
  }));
  return known({ sessions }, at);
}

export function photosOf(photos: number, videos = 0, complete = true): Sections['photos'] {
  return known({ places: [], atLeast: { photos, videos, oldest: at }, complete }, at);
}

export function filteringOf(state: 'on' | 'partial' | 'off'): Sections['filtering'] {
  const outcome = state === 'on' ? ('blocked' as const) : ('resolved' as const);
  const tests = (['adult', 'phishing'] as const).map((category) => ({
    filter: 'umbrella' as const,
    category,
    outcome,
  }));
  return known({ state, provider: null, tests, safeSearch: 'unknown', bypasses: [] }, at);
}

/** Every app of the setting's list signed out, but for those named. */
export function appsOf(answers: Partial<Record<string, AppAnswer>>, more: Partial<Apps> = {}): Sections['apps'] {
  const apps = defaultAppList.apps.map(({ app }) => ({ app, answer: answers[app] ?? ('signed-out' as const) }));
  return known({ listVersion: defaultAppList.version, apps, signIns: [], unread: [], ...more }, at);
}

export function mediumOf(given: Partial<Medium> = {}): Medium {
  return { id: null, bus: 'usb', sizeGb: 16, encryption: 'not-encrypted', inUse: true, since: at, ...given };
}

export function mediaOf(...attached: Medium[]): Sections['media'] {
  return known({ attached, recent: [] }, at);
}

/** What came and went, and nothing attached now. */
export function goneMedia(...recent: Media['recent']): Sections['media'] {
  return known({ attached: [], recent }, at);
}

export function rightsOf(given: Partial<Rights>): Sections['rights'] {
  const guards = {
    people: [],
    automaticSignIn: known({ on: false, person: null }, at),
    firewall: known({ on: true }, at),
    antivirus: known({ state: 'on' as const, upToDate: true }, at),
  };
  return known({ ...guards, ...given }, at);
}

export function personOf(given: Partial<Rights['people'][number]>): Rights['people'][number] {
  return {
    person: 'alice',
    administrator: known(false, at),
    screenLock: known({ on: true, afterSeconds: 300 }, at),
    ...given,
  };
}

/** Newest first, as a device tells them. */
export function programsOf(
  changes: readonly (Pick<ProgramChange, 'what' | 'program'> & { daysAgo: number })[],
): Sections['programs'] {
  const told = changes.map(({ what, program, daysAgo }) => ({
    what,
    program,
    source: 'dpkg' as const,
    version: null,
    at: new Date(Date.parse(now) - daysAgo * 86_400_000).toISOString(),
  }));
  return known({ count: 10, since: at, changes: told, unread: [] }, at);
}

export function healthOf(given: Partial<SectionValues['agent']>): Sections['agent'] {
  const well = { startedAt: at, starts: 1, clockSkewSeconds: 0, lastFullCycleAt: null, memoryMb: 60, cpuPercent: 0 };
  return known({ ...well, failures: [], ...given }, at);
}

/** A child-facing tablet with an owner, that spoke half a minute ago. */
export function factsOf(sections: Partial<Sections> = {}, more: Partial<Facts> = {}): Facts {
  return {
    kind: 'tablet',
    platform: 'simulated',
    childFacing: true,
    assignedPeople: ['alice'],
    sections: { ...good, ...sections },
    settings: { version: 1, since: '2026-11-01T09:00:00.000Z' },
    lastSeenAt: at,
    enrolledAt: '2026-11-01T09:00:00.000Z',
    placeMemory: noPlaceMemory,
    standingSince: {},
    ...more,
  };
}
