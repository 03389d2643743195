import type { IncidentView } from '../../../../shared/api/incidents.ts';
import { categoryCatalogue } from '../../../../shared/incident/categories.ts';
import type { FindingCode, Severity } from '../../../../shared/policy/findings.ts';
import type { Tone } from './tone.ts';

/** The matter of a finding or an incident, short. */
const matters: { readonly [Code in FindingCode]: string } = {
  'not-protected': 'The disk is not fully encrypted',
  'encryption-unknown': 'It is not known whether the disk is encrypted',
  'unprotected-off-site': 'Away from the setting without encryption',
  'photos-off-site': 'Away from the setting with photos on it',
  'device-blocked': 'Its guard blocks it, or tries to',
  'tried-while-blocked': 'Somebody tried to use it while it was blocked',
  'moved-at-night': 'Taken away while the setting was closed',
  'used-out-of-hours': 'Used while the setting was closed',
  'hometime-missed': 'Still signed in after closing time',
  'unauthorised-person': 'Used by somebody it is not assigned to',
  'sessions-unknown': 'It is not known who is signed in',
  'apps-unknown': 'It is not known who is signed in to which app',
  'personal-app': 'Signed in to a social network or webmail',
  'personal-app-possible': 'Perhaps signed in to a social network or webmail',
  'removable-media': 'Removable media against the setting’s rule',
  'removable-media-unknown': 'It is not known whether a removable medium is encrypted',
  'media-unknown': 'It is not known whether removable media are attached',
  'photos-over-limit': 'More photos than the setting allows',
  'photos-too-old': 'Photos are kept for longer than the setting allows',
  'photos-kept-past-limit': 'Photos were kept in spite of warnings',
  'photos-unknown': 'It is not known how many photos are on it',
  'filtering-off': 'Children could use it without a web filter',
  'filtering-bypassed': 'The web filter is got round',
  'filtering-partial': 'The web filter has gaps',
  'filtering-unknown': 'It is not known whether the web filter works',
  'administrator-on-child-device': 'Children’s device used with administrator rights',
  'automatic-sign-in': 'Signs somebody in by itself',
  'no-screen-lock': 'The screen does not lock',
  'firewall-off': 'The firewall is off',
  'antivirus-off': 'No working protection against viruses',
  'program-installed-unauthorised': 'A program was installed by somebody who may not',
  'program-installed': 'A program was installed',
  'guards-unknown': 'It is not known whether its guards are up',
  'agent-outdated': 'Its agent is of an older version',
  'agent-failing': 'Its agent fails to find out',
  'agent-tampered': 'Its agent was tampered with',
  'agent-silent': 'Its agent was stopped',
  'rules-expired': 'The rules it guards itself by are old',
  'clock-wrong': 'Its clock is wrong',
  'settings-old': 'It does not look by the present policy',
  'android-untold': 'Android does not tell all of it',
  silent: 'Not heard from for too long',
};

const severities: { readonly [Name in Severity]: { label: string; tone: Tone } } = {
  check: { label: 'Cannot tell', tone: 'unknown' },
  act: { label: 'Needs attention', tone: 'warn' },
  urgent: { label: 'Urgent', tone: 'bad' },
};

export function matterWords(code: FindingCode): string {
  return matters[code];
}

export function severityWords(severity: Severity): { label: string; tone: Tone } {
  return severities[severity];
}

/** What a case is about: the finding that opened it, or the category of whoever reported it. */
export function aboutWords({ matter, category }: Pick<IncidentView, 'matter' | 'category'>): string {
  return matter === null ? categoryCatalogue[category].label : matterWords(matter);
}

/** Whether it goes on: what is over is still on record. */
export function courseWords(incident: Pick<IncidentView, 'ongoing' | 'state'>): string {
  if (incident.ongoing) return 'Going on, as last reported';
  return incident.state === 'open' || incident.state === 'in-hand'
    ? 'Ended; the record is open'
    : 'Ended; the record is closed';
}

/** "Once", "3 times". */
export function timesWords(count: number): string {
  if (count === 1) return 'once';
  return count === 2 ? 'twice' : `${count} times`;
}
