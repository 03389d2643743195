import type { DeviceView } from '../../../../shared/api/devices.ts';
import { findingCatalogue, type Severity } from '../../../../shared/policy/findings.ts';
import type { SectionName } from '../../../../shared/report/report.ts';
import { severityWords } from './incident.ts';
import type { Said } from './tone.ts';

const worstFirst: readonly Severity[] = ['urgent', 'act', 'check'];

/**
 * A fact's words under the server's own verdict: while a finding looks at the
 * section, nothing of it looks good here, whatever the fact alone would say. The
 * page must never be easier to please than the policy.
 */
export function judged(said: Said, section: SectionName, { findings }: Pick<DeviceView, 'findings'>): Said {
  if (said.tone !== 'good') return said;
  const against = findings.filter(({ code }) =>
    findingCatalogue[code].looksAt.some((looked: SectionName) => looked === section),
  );
  const worst = worstFirst.find((severity) => against.some((finding) => finding.severity === severity));
  return worst === undefined ? said : { ...said, tone: severityWords(worst).tone };
}
