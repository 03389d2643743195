import type { DeviceView } from '../../../../shared/api/devices.ts';
import { useNow } from '../live/use-now.ts';
import { Said } from '../page/said.tsx';
import { sectionTitles } from '../words/device.ts';
import { judged } from '../words/judged.ts';
import { mediaWords, mediumEventWords, mediumWords } from '../words/media.ts';
import { atTime } from '../words/time.ts';
import styles from './device.module.css';
import { FactCard } from './fact-card.tsx';

/** Sticks, cards and cameras: what is plugged in, and what came and went. */
export function MediaFact({ device, old }: { device: DeviceView; old: string }) {
  const now = useNow();
  const reading = device.sections.media;
  return (
    <FactCard
      title={sectionTitles.media}
      reading={reading}
      said={judged(mediaWords(reading), 'media', device)}
      old={old}
    >
      {({ attached, recent }) => (
        <>
          {attached.length > 0 && (
            <ul className={styles.evidence} aria-label="Plugged in">
              {attached.map((medium, index) => {
                const { name, state, use } = mediumWords(medium);
                return (
                  <li key={medium.id ?? `unnamed ${index}`}>
                    <span>
                      {name}
                      {medium.id !== null && <span className={styles.small}> (no. {medium.id.slice(0, 6)})</span>}
                    </span>
                    <span>
                      <Said said={state} old={old !== ''} />
                      {use !== '' && <span className={styles.small}> {use}</span>}
                    </span>
                  </li>
                );
              })}
            </ul>
          )}
          {recent.length > 0 && (
            <ul className={styles.evidence} aria-label="Came and went">
              {recent.map((event) => (
                <li key={`${event.at} ${event.what} ${event.id}`}>
                  <span>{event.id === null ? 'One' : `No. ${event.id.slice(0, 6)}`}</span>
                  <span>
                    {mediumEventWords(event)} {atTime(event.at, now)}
                  </span>
                </li>
              ))}
            </ul>
          )}
          {attached.length + recent.length > 0 && (
            <p className={styles.small}>The number tells one stick from another. It is not the stick’s own.</p>
          )}
        </>
      )}
    </FactCard>
  );
}
