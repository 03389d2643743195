import { counted } from '../../../../shared/words.ts';
import { useIncidentCounts } from '../api/incidents.ts';
import { Badge } from '../page/said.tsx';
import styles from './incidents.module.css';

/** How many cases there are that this person may see, and what presses. */
export function CaseCounts() {
  const counts = useIncidentCounts().data;
  if (counts === undefined) return <span />;
  const { open, untaken, urgent, runOut } = counts;
  return (
    <p className={styles.counts} role="status">
      <strong>{counted(open, 'open case')}</strong>
      {runOut > 0 && <Badge tone="bad">{counted(runOut, 'deadline')} passed</Badge>}
      {urgent > 0 && <Badge tone="bad">{urgent} urgent</Badge>}
      {untaken > 0 && <Badge tone="warn">{untaken} that nobody looks after yet</Badge>}
    </p>
  );
}
