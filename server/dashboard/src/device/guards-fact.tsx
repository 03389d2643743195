import type { DeviceView } from '../../../../shared/api/devices.ts';
import { Said } from '../page/said.tsx';
import { sectionTitles } from '../words/device.ts';
import { judged } from '../words/judged.ts';
import { guardsOf, rightsWords } from '../words/rights.ts';
import styles from './device.module.css';
import { FactCard } from './fact-card.tsx';

/** What the people who are signed in may do, and what guards the device. */
export function GuardsFact({ device, old }: { device: DeviceView; old: string }) {
  const reading = device.sections.rights;
  return (
    <FactCard
      title={sectionTitles.rights}
      reading={reading}
      said={judged(rightsWords(reading), 'rights', device)}
      old={old}
    >
      {(value) => (
        <ul className={styles.evidence} aria-label="Guards of the device">
          {guardsOf(value).map(({ name, said }) => (
            <li key={name}>
              <span>{name}</span>
              <Said said={said} old={old !== ''} />
            </li>
          ))}
        </ul>
      )}
    </FactCard>
  );
}
