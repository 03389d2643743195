import type { DeviceView } from '../../../../shared/api/devices.ts';
import { listOf } from '../../../../shared/words.ts';
import { Said } from '../page/said.tsx';
import { sectionTitles } from '../words/device.ts';
import { bypassWords, filteringWords, safeSearchWords, testWords } from '../words/filtering.ts';
import { judged } from '../words/judged.ts';
import styles from './device.module.css';
import { FactCard } from './fact-card.tsx';

/** Whether the web filter works here, with each harmless test that shows it. */
export function FilterFact({ device, old }: { device: DeviceView; old: string }) {
  const reading = device.sections.filtering;
  return (
    <FactCard
      title={sectionTitles.filtering}
      reading={reading}
      said={judged(filteringWords(reading, device.childFacing), 'filtering', device)}
      old={old}
    >
      {(value) => (
        <>
          {value.bypasses.length > 0 && (
            <p>A way round the filter was found: {listOf(value.bypasses.map(bypassWords))}.</p>
          )}
          {value.bypassesUnread !== undefined && value.bypassesUnread.length > 0 && (
            <p>It could not be looked for: {listOf(value.bypassesUnread.map(({ what }) => bypassWords(what)))}.</p>
          )}
          <ul className={styles.evidence} aria-label="Tests with harmless names">
            {value.tests.map(testWords).map(({ filter, category, outcome }) => (
              <li key={`${filter} ${category}`}>
                <span>
                  {category} <span className={styles.small}>(test name of {filter})</span>
                </span>
                <Said
                  said={outcome.tone === 'warn' && value.state === 'on' ? { ...outcome, tone: 'plain' } : outcome}
                  old={old !== ''}
                />
              </li>
            ))}
          </ul>
          <p className={styles.small}>
            {safeSearchWords(value.safeSearch)}
            {device.childFacing ? '' : ' Children do not use this device, so no filter is demanded of it.'}
          </p>
        </>
      )}
    </FactCard>
  );
}
