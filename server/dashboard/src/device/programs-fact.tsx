import type { DeviceView } from '../../../../shared/api/devices.ts';
import { listOf } from '../../../../shared/words.ts';
import { useNow } from '../live/use-now.ts';
import { sectionTitles } from '../words/device.ts';
import { programChangeWords, programSourceWords, programsWords } from '../words/programs.ts';
import { atTime, capital } from '../words/time.ts';
import styles from './device.module.css';
import { FactCard } from './fact-card.tsx';

/** As many as a person reads; the rest is in the history. */
const shown = 8;

/** How many programs there are, and which came or went. */
export function ProgramsFact({ device, old }: { device: DeviceView; old: string }) {
  const now = useNow();
  const reading = device.sections.programs;
  return (
    <FactCard title={sectionTitles.programs} reading={reading} said={programsWords(reading)} old={old}>
      {({ changes, unread, since }) => (
        <>
          {changes.length > 0 && (
            <ul className={styles.evidence} aria-label="Programs that came or went">
              {changes.slice(0, shown).map((change) => (
                <li key={`${change.source} ${change.program} ${change.version} ${change.at}`}>
                  <span>{programChangeWords(change)}</span>
                  <span className={styles.small}>seen {atTime(change.at, now)}</span>
                </li>
              ))}
            </ul>
          )}
          {changes.length > shown && <p>And {changes.length - shown} more.</p>}
          {unread.length > 0 && (
            <p>Could not be read: {listOf([...new Set(unread.map(({ source }) => programSourceWords(source)))])}.</p>
          )}
          <p className={styles.small}>
            {capital(`changes are known ${atTime(since, now).replace(/^(at|on) /, 'since ')}`)}. The list itself stays
            on the device.
          </p>
        </>
      )}
    </FactCard>
  );
}
