import type { DeliveryView, Matter, MatterKind, Outcome, Reach, RoleRule } from '../../../../shared/api/notify.ts';
import type { Role } from '../../../../shared/api/people.ts';
import { weekdayNames, weekdaySchema } from '../../../../shared/calendar/opening.ts';
import { listOf } from '../../../../shared/words.ts';
import { roleTitle } from './role.ts';
import type { Tone } from './tone.ts';

/** What a kind of matter is called in a list, and where it is looked at. */
const matters: { readonly [Kind in MatterKind]: { one: string; many: string; href: (id: string) => string } } = {
  incident: { one: 'An incident', many: 'Incidents', href: (id) => `/incidents/${id}` },
  'incident-clock': {
    one: 'A deadline of an incident',
    many: 'Deadlines of incidents',
    href: (id) => `/incidents/${id}`,
  },
  'security-event': { one: 'A security event', many: 'Security events', href: () => '/records' },
  device: { one: 'A device', many: 'Devices', href: (id) => `/devices/${id}` },
  hometime: { one: 'Closing time', many: 'Closing time', href: () => '/hometime' },
  'confidential-reader': {
    one: 'Somebody else may read confidential cases now',
    many: 'Who may read confidential cases',
    href: () => '/people',
  },
  approval: {
    one: 'An order that waits for a second administrator',
    many: 'Orders that wait for a second administrator',
    href: () => '/records',
  },
  delivery: {
    one: 'A message that reached nobody',
    many: 'Messages that reached nobody',
    href: () => '/notices#deliveries',
  },
};

export function matterTitle({ kind }: Matter): string {
  return matters[kind].one;
}

export function mattersTitle(kind: MatterKind): string {
  return matters[kind].many;
}

export function matterHref({ kind, id }: Matter): string {
  return matters[kind].href(id);
}

/** "Incidents: safeguarding lead and manager; when none of them looks, deputy". */
export function ruleWords(kind: MatterKind, { first, alternates }: RoleRule): string {
  const said = (roles: readonly Role[]) => listOf(roles.map((role) => roleTitle(role).toLowerCase()));
  const others = alternates.length === 0 ? '' : `; when none of them looks, ${said(alternates)}`;
  return `${mattersTitle(kind)}: ${said(first)}${others}`;
}

const reaches: { readonly [Name in Reach]: string } = {
  'at-once': 'An e-mail at once',
  daily: 'In the daily e-mail',
  'page-only': 'Only on this page',
};

/** Every way a notice reaches a person, as a choice. */
export const reachChoices = (Object.keys(reaches) as Reach[]).map((value) => ({ value, label: reaches[value] }));

const outcomes: { readonly [Name in Outcome]: string } = {
  accepted: 'It was taken',
  'refused-for-now': 'The other side refused it for now',
  refused: 'The other side refused it for good',
  'no-tls': 'The other side offers no encryption, so nothing was sent',
  'certificate-not-trusted': 'The other side’s certificate is not trusted, so nothing was sent',
  'sign-in-refused': 'The mail server refused the name and password',
  'no-answer': 'No answer came in time',
  unreachable: 'The other side could not be reached',
  redirected: 'The other side pointed elsewhere, which is not followed',
  'target-not-allowed': 'The address is not on the internet, so nothing was sent',
  'not-set-up': 'E-mail is not set up on this server',
  'recipient-gone': 'Whom it was for is not here any more',
  failed: 'It failed because of a fault in the server; its log says more',
};

/** "It was taken (250)". */
export function outcomeWords({ outcome, status }: DeliveryView['attempts'][number]): string {
  return status === null ? outcomes[outcome] : `${outcomes[outcome]} (${status})`;
}

const states: { readonly [Name in DeliveryView['state']]: { text: string; tone: Tone } } = {
  waiting: { text: 'Will be tried again', tone: 'waiting' },
  sending: { text: 'On its way', tone: 'waiting' },
  sent: { text: 'Taken', tone: 'good' },
  'given-up': { text: 'Given up', tone: 'bad' },
  dropped: { text: 'Dropped', tone: 'plain' },
};

/** How a delivery stands. That it was taken is all that can be known: not that somebody read it. */
export function deliveryWords({ state, attempts }: DeliveryView): { text: string; tone: Tone } {
  if (state === 'waiting' && attempts.length === 0) return { text: 'Waits to be sent', tone: 'waiting' };
  return states[state];
}

const purposes: { readonly [Name in DeliveryView['purpose']]: string } = {
  notice: 'Please look',
  daily: 'Daily list',
  weekly: 'Week in numbers',
  test: 'Test',
};

export function purposeWords(purpose: DeliveryView['purpose']): string {
  return purposes[purpose];
}

/** The days of a week, as choices. */
export const dayChoices = weekdaySchema.options.map((value) => ({ value, label: weekdayNames[value] }));
