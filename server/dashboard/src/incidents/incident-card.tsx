import { Link } from 'wouter';
import type { IncidentView } from '../../../../shared/api/incidents.ts';
import { useNow } from '../live/use-now.ts';
import { Badge, Said } from '../page/said.tsx';
import { Ago, At } from '../page/when.tsx';
import { caseStateWords, clockWords, stepOf } from '../words/case.ts';
import { aboutWords, courseWords, severityWords, timesWords } from '../words/incident.ts';
import { ConfidentialBadge } from './confidential-badge.tsx';
import styles from './incidents.module.css';

/** One case as it stands in the list. */
export function IncidentCard({ incident, notLive }: { incident: IncidentView; notLive: boolean }) {
  const severity = severityWords(incident.severity);
  const course = incident.ongoing && notLive ? 'Was going on when last heard' : courseWords(incident);
  const state = caseStateWords(incident.state);
  return (
    <li className={styles.incident}>
      <div className={styles.head}>
        <h2>
          <Link href={`/incidents/${incident.id}`}>{aboutWords(incident)}</Link>
        </h2>
        <Badge tone={severity.tone}>{severity.label}</Badge>
        <Badge tone={state.tone}>{state.label}</Badge>
        {incident.matter !== null && incident.ongoing && <Badge tone="warn">{course}</Badge>}
        {incident.confidential && <ConfidentialBadge />}
      </div>
      <NextStep incident={incident} />
      {incident.latest !== null && (
        <p className={styles.latest}>
          <span className={styles.asOf}>
            As of <At at={incident.latest.at} />:
          </span>{' '}
          {incident.latest.text}
        </p>
      )}
      <dl className={styles.facts}>
        <Fact name="Reference">{incident.reference}</Fact>
        {incident.deviceId !== null && (
          <Fact name="Device">
            <Link href={`/devices/${incident.deviceId}`}>{incident.deviceName ?? 'A device'}</Link>
          </Fact>
        )}
        <Fact name="First seen">
          <At at={incident.openedAt} />
        </Fact>
        <Fact name="Last">
          <Ago at={incident.lastAt} />
        </Fact>
        {incident.count > 1 && <Fact name="How often">{timesWords(incident.count)}</Fact>}
      </dl>
    </li>
  );
}

export function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** The step whose clock ends next. */
function NextStep({ incident: { next } }: { incident: IncidentView }) {
  const now = useNow();
  if (next === null) return null;
  return (
    <p className={styles.next}>
      <Said said={clockWords(next.dueAt, next.standing, now)} />
      <span>
        {stepOf(next.outcome, next.step).label}, by <At at={next.dueAt} />
      </span>
    </p>
  );
}
