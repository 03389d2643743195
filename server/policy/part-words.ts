import { weekdayNames, weekdaySchema } from '../../shared/calendar/opening.ts';
import type { Policy } from '../../shared/policy/document.ts';
import type { Switches } from '../../shared/policy/switches.ts';
import { counted, listOf } from '../../shared/words.ts';

/** One part of a policy in words: equal texts are equal parts. */
interface Part {
  what: string;
  say: (policy: Policy) => string;
}

const media = { forbidden: 'not allowed', 'encrypted-only': 'only encrypted ones', allowed: 'allowed' } as const;
const personal = { forbidden: 'not allowed', allowed: 'allowed' } as const;
const approvals = {
  'when-two-administrators': 'a second administrator where there are two',
  always: 'a second administrator always',
  never: 'nobody else is asked',
} as const;
const unprotected = {
  strict: 'no device that is not encrypted may leave',
  conditional: 'one that is not encrypted may leave without photos',
} as const;
const unknownEncryption = { 'counts-as-unprotected': 'counts as not encrypted', look: 'is only to be looked at' };
const unknownPlaces = { 'off-site': 'away', 'last-known': 'where it last was', unknown: 'not known' } as const;
const guards = { block: 'the device blocks itself', 'warn-only': 'the device only warns' } as const;
const keeps = {
  'until-half-term': 'until half-term',
  'academic-year': 'for the academic year',
  'any-time': 'for as long as you like',
} as const;
const absences = { look: 'somebody is to look', 'counts-as-broken': 'counts as the rule broken' } as const;
const outOfHours = { tablets: 'tablets', all: 'every device', none: 'no device' } as const;
const holidays = {
  england: 'of England',
  wales: 'of Wales',
  scotland: 'of Scotland',
  'northern-ireland': 'of Northern Ireland',
  none: 'you are open on them',
} as const;

const minutes = (amount: number) => counted(amount, 'minute');
const accounts = (names: readonly string[] | null, nobodySaid: string) => {
  if (names === null) return nobodySaid;
  return names.length === 0 ? 'nobody' : listOf([...names]);
};

function closing(closingTime: Switches['closingTime']): string {
  if (closingTime === null) return 'nothing happens by itself';
  const { signOutApps, logOutPeople, noticeMinutes, postpones, postponeMinutes } = closingTime;
  const done = [...(signOutApps ? ['signs apps out'] : []), ...(logOutPeople ? ['logs people out'] : [])];
  const what = done.length === 0 ? 'only gives notice' : listOf(done);
  const later =
    postpones === 0
      ? 'cannot be put off'
      : `can be put off ${counted(postpones, 'time')} by ${minutes(postponeMinutes)}`;
  return `each device ${what}, after ${minutes(noticeMinutes)} of notice; it ${later}`;
}

const opening: readonly Part[] = weekdaySchema.options.map((day) => ({
  what: `Open on ${weekdayNames[day]}`,
  say: (policy) => {
    const row = policy.opening.week.find((one) => one.day === day);
    return row === undefined ? 'closed' : `${row.opens} to ${row.closes}`;
  },
}));

const offSite: readonly Part[] = [
  { what: 'Away from the setting', say: ({ switches }) => unprotected[switches.offSite.unprotected] },
  {
    what: 'Encryption that cannot be told, away from the setting',
    say: ({ switches }) => unknownEncryption[switches.offSite.unknownEncryption],
  },
  { what: 'The guard', say: ({ switches }) => guards[switches.offSite.guard] },
  { what: 'Warning before the block', say: ({ switches }) => minutes(switches.offSite.warningMinutes) },
  {
    what: 'A place that cannot be told counts as the last one for',
    say: ({ switches }) => minutes(switches.offSite.unknownPlaceMinutes),
  },
  { what: 'After that it counts as', say: ({ switches }) => unknownPlaces[switches.offSite.unknownPlace] },
];

const photos: readonly Part[] = [
  { what: 'Most photos and videos on a tablet', say: ({ photoLimit }) => photoLimit.tablet.toLocaleString('en-GB') },
  { what: 'Most photos and videos on a laptop', say: ({ photoLimit }) => photoLimit.laptop.toLocaleString('en-GB') },
  { what: 'Photos may stay on a tablet', say: ({ switches }) => keeps[switches.photoKeep.tablet] },
  { what: 'Photos may stay on a laptop', say: ({ switches }) => keeps[switches.photoKeep.laptop] },
  {
    what: 'Photos a tablet may carry on an outing',
    say: ({ switches }) => (switches.outingPhotos === null ? 'any number' : `${switches.outingPhotos}`),
  },
  { what: 'Days of warning before kept photos are misuse', say: ({ switches }) => `${switches.grace.photosDays}` },
  { what: 'Folder of teaching resources', say: ({ resourceFolder }) => resourceFolder ?? 'none' },
];

const people: readonly Part[] = [
  {
    what: 'Who may use a device that is assigned to nobody',
    say: ({ switches }) => accounts(switches.mayUseUnassigned, 'anybody'),
  },
  { what: 'Who may install programs', say: ({ switches }) => accounts(switches.mayInstall, 'not decided') },
  { what: 'Accounts that may be on any device', say: ({ switches }) => accounts(switches.alwaysAllowed, 'none') },
];

const absence: readonly Part[] = (
  [
    ['sessions', 'who is signed in'],
    ['apps', 'which apps are signed in'],
    ['photos', 'how many photos there are'],
    ['filtering', 'whether the web is filtered'],
    ['media', 'whether a memory stick is in'],
  ] as const
).map(([fact, what]) => ({
  what: `When it cannot be told ${what}`,
  say: ({ switches }) => absences[switches.absence[fact]],
}));

/** Every part of a policy that is no list of named things, in the order of the page of rules. */
export const partsInWords: readonly Part[] = [
  ...opening,
  { what: 'Bank holidays', say: (policy) => holidays[policy.opening.bankHolidays] },
  { what: 'First day of the academic year (month and day)', say: (policy) => policy.opening.academicYearFrom },
  { what: 'At closing time', say: ({ switches }) => closing(switches.closingTime) },
  {
    what: 'Use and moves out of hours are put on record for',
    say: ({ switches }) => outOfHours[switches.outOfHours.kinds],
  },
  {
    what: 'Minutes round opening hours that still count as open',
    say: ({ switches }) => `${switches.outOfHours.marginMinutes}`,
  },
  ...offSite,
  ...photos,
  { what: 'Memory sticks and cards', say: ({ removableMedia }) => media[removableMedia] },
  { what: 'Grace for memory sticks', say: ({ switches }) => minutes(switches.grace.mediaMinutes) },
  { what: 'Social networks and webmail', say: ({ personalApps }) => personal[personalApps] },
  { what: 'Grace for a web filter that is off', say: ({ switches }) => minutes(switches.grace.filteringMinutes) },
  ...people,
  ...absence,
  { what: 'Hours a device may be silent', say: ({ silentAfterHours }) => `${silentAfterHours}` },
  { what: 'Before a device is wiped', say: ({ wipeApproval }) => approvals[wipeApproval] },
];
