import { finding, type Rule } from './rule.ts';

/** Settings travel and are kept within seconds; a device that is slow has this long before it counts as behind. */
const graceMs = 5 * 60 * 1000;

/** A server that was put back from a copy lacks fewer versions than this: a device that names one further ahead is not gone by. */
export const mostVersionsAhead = 10_000;

/**
 * Every answer is worth what it was looked by: a filter proved by names that the
 * setting no longer counts on, or photos in a folder of another name, would pass for
 * the setting's own. Version 1 is the default, by which a device goes that took none.
 */
export const settings: Rule = ({ facts, now }) => {
  const { sections, settings: present, enrolledAt } = facts;
  if (sections.agent.state === 'unknown') return [];
  const held = sections.agent.value.settingsVersion ?? 1;
  if (held === present.version) return [];
  const since = Math.max(Date.parse(present.since), Date.parse(enrolledAt ?? present.since));
  if (Date.parse(now) - since < graceMs) return [];
  return [
    held < present.version
      ? finding(
          'settings-old',
          'This device does not look by the setting’s present policy yet: what it says of apps, photos, filtering and media may be of an older one.',
          'It takes it up by itself while it is connected. If it stays so, make room on its disk and restart it.',
        )
      : finding(
          'settings-old',
          'This device looks by a newer policy than this server has, as after the server was put back from an older copy. It takes no older one.',
          held > present.version + mostVersionsAhead
            ? 'Enrol the device again.'
            : 'Change any of the rules and save them once, as an administrator or manager; it may be changed back after. The new version is then above every one that a device has named, and all take it up by themselves.',
        ),
  ];
};
