import type { DeviceView } from '../../../../shared/api/devices.ts';
import type { Finding } from '../../../../shared/policy/findings.ts';
import { peopleOf } from '../words/sessions.ts';
import { standingOrder } from '../words/standing.ts';

const byName = new Intl.Collator('en-GB', { numeric: true, sensitivity: 'base' });
const severityOrder = ['urgent', 'act', 'check'] as const;

/** The most urgent first, then by name, with "Tablet 2" before "Tablet 10". */
export function sortDevices(devices: readonly DeviceView[]): DeviceView[] {
  return [...devices].sort(
    (a, b) => standingOrder.indexOf(a.standing) - standingOrder.indexOf(b.standing) || byName.compare(a.name, b.name),
  );
}

/** The findings, the most urgent first. */
export function sortFindings<Item extends Pick<DeviceView['findings'][number], 'severity'> & Pick<Finding, 'code'>>(
  findings: readonly Item[],
): Item[] {
  return [...findings].sort((a, b) => severityOrder.indexOf(a.severity) - severityOrder.indexOf(b.severity));
}

/** Devices whose name, people or findings hold every word that is searched for. */
export function searchDevices(devices: readonly DeviceView[], text: string): DeviceView[] {
  const words = text.toLocaleLowerCase('en-GB').split(/\s+/).filter(Boolean);
  if (words.length === 0) return [...devices];
  return devices.filter((device) => words.every((word) => searchText(device).includes(word)));
}

function searchText(device: DeviceView): string {
  const { sessions } = device.sections;
  const people = sessions.state === 'known' ? peopleOf(sessions.value.sessions) : [];
  const parts = [device.name, device.kind, ...people, ...device.findings.map((finding) => finding.text)];
  return parts.join(' ').toLocaleLowerCase('en-GB');
}
