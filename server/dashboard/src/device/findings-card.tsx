import type { DeviceView, FindingView } from '../../../../shared/api/devices.ts';
import { whyUncertain } from '../fleet/device-facts.ts';
import { sortFindings } from '../fleet/sort.ts';
import { Card } from '../page/card.tsx';
import { Badge, Said } from '../page/said.tsx';
import { At } from '../page/when.tsx';
import { severityWords } from '../words/incident.ts';
import styles from './device.module.css';

/** What is wrong or cannot be told, since when, and how to put it right. */
export function FindingsCard({ device, isOld }: { device: DeviceView; isOld: boolean }) {
  const findings = sortFindings(device.findings);
  if (findings.length === 0)
    return (
      <Card title="What needs a look">
        <NoFindings device={device} isOld={isOld} />
      </Card>
    );
  return (
    <Card title="What needs a look">
      <ul className={styles.findings}>
        {findings.map((finding) => (
          <Finding key={finding.code} finding={finding} />
        ))}
      </ul>
    </Card>
  );
}

/** Nothing found is good news only of a device that is clear, on a page that is live. */
function NoFindings({ device, isOld }: { device: DeviceView; isOld: boolean }) {
  const isGood = device.standing === 'clear' && !isOld;
  if (isGood) return <Said said={{ text: 'Every check was made, and each was passed.', tone: 'good' }} />;
  const why = whyUncertain(device) || 'How the device is now is not known.';
  return <Said said={{ text: `Nothing wrong was seen, but that is not the whole picture. ${why}`, tone: 'unknown' }} />;
}

function Finding({ finding }: { finding: FindingView }) {
  const severity = severityWords(finding.severity);
  return (
    <li>
      <div className={styles.findingHead}>
        <Badge tone={severity.tone}>{severity.label}</Badge>
        <span className={styles.small}>
          since <At at={finding.since} />
          {finding.misuse && ' · on record as misuse'}
          {finding.graceUntil !== null && (
            <>
              {' '}
              · misuse from <At at={finding.graceUntil} /> on, unless it is put right
            </>
          )}
        </span>
      </div>
      <p className={styles.findingText}>{finding.text}</p>
      <p>
        <strong>What to do:</strong> {finding.remedy}
      </p>
      <p className={styles.small}>Requirements: {finding.requirements.join(', ')}</p>
    </li>
  );
}
