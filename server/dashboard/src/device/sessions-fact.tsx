import type { DeviceView } from '../../../../shared/api/devices.ts';
import { listOf } from '../../../../shared/words.ts';
import { useNow } from '../live/use-now.ts';
import { sectionTitles } from '../words/device.ts';
import { sessionsWords, sessionWords } from '../words/sessions.ts';
import styles from './device.module.css';
import { FactCard } from './fact-card.tsx';

/** Who is signed in, since when and from where; and who may be. */
export function SessionsFact({ device, old }: { device: DeviceView; old: string }) {
  const now = useNow();
  const { assignedPeople } = device;
  const reading = device.sections.sessions;
  return (
    <FactCard title={sectionTitles.sessions} reading={reading} said={sessionsWords(reading, assignedPeople)} old={old}>
      {({ sessions }) => (
        <>
          {sessions.length > 0 && (
            <ul className={styles.evidence} aria-label="Sessions">
              {sessions.map((session) => (
                <li key={session.id}>
                  <strong>{session.person}</strong>
                  <span>{sessionWords(session, now)}</span>
                </li>
              ))}
            </ul>
          )}
          <p className={styles.small}>{whoMay(assignedPeople)}</p>
        </>
      )}
    </FactCard>
  );
}

function whoMay(assigned: DeviceView['assignedPeople']): string {
  if (assigned === null) return 'Anyone may sign in: nobody has said whom this device is for.';
  return assigned.length === 0 ? 'It is assigned to nobody.' : `It is assigned to ${listOf(assigned)}.`;
}
