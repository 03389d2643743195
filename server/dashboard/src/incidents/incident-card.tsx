import { Link } from 'wouter';
import type { IncidentView } from '../../../../shared/api/old-incidents.ts';
import { findingCatalogue } from '../../../../shared/policy/findings.ts';
import { Badge } from '../page/said.tsx';
import { Ago, At } from '../page/when.tsx';
import { courseWords, entryWords, matterWords, severityWords, tellingEntry, timesWords } from '../words/incident.ts';
import styles from './incidents.module.css';

/** One case with every entry of its record. */
export function IncidentCard({ incident, notLive }: { incident: IncidentView; notLive: boolean }) {
  const severity = severityWords(incident.severity);
  const course = incident.ongoing && notLive ? 'Was going on when last heard' : courseWords(incident);
  const telling = tellingEntry(incident);
  return (
    <li className={styles.incident}>
      <div className={styles.head}>
        <h2>{matterWords(incident.matter)}</h2>
        <Badge tone={severity.tone}>{severity.label}</Badge>
        <Badge tone={incident.ongoing ? 'warn' : 'plain'}>{course}</Badge>
      </div>
      {telling !== undefined && (
        <p>
          <span className={styles.asOf}>
            As of <At at={telling.at} />:
          </span>{' '}
          {telling.text}
        </p>
      )}
      <dl className={styles.facts}>
        <div>
          <dt>Device</dt>
          <dd>
            <Link href={`/devices/${incident.deviceId}`}>{incident.deviceName}</Link>
          </dd>
        </div>
        <div>
          <dt>First seen</dt>
          <dd>
            <At at={incident.openedAt} />
          </dd>
        </div>
        <div>
          <dt>Last seen</dt>
          <dd>
            <Ago at={incident.lastAt} />
          </dd>
        </div>
        <div>
          <dt>How often</dt>
          <dd>{timesWords(incident.count)}</dd>
        </div>
      </dl>
      <details className={styles.entries}>
        <summary>
          The record ({incident.entries.length === 1 ? '1 entry' : `${incident.entries.length} entries`})
        </summary>
        <ol>
          {incident.entries.map((entry) => (
            <li key={`${entry.at} ${entry.kind} ${entry.text}`}>
              <span className={styles.entryHead}>
                <strong>{entryWords(entry.kind)}</strong> <At at={entry.at} />
              </span>
              <p>{entry.text}</p>
            </li>
          ))}
        </ol>
      </details>
      <p className={styles.requirements}>Requirements: {findingCatalogue[incident.matter].requirements.join(', ')}</p>
    </li>
  );
}
