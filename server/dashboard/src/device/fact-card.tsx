import type { ReactNode } from 'react';
import type { Reading } from '../../../../shared/reading.ts';
import { Card } from '../page/card.tsx';
import { Said } from '../page/said.tsx';
import { At } from '../page/when.tsx';
import type { Said as SaidWords } from '../words/tone.ts';
import { unknownInFull } from '../words/unknown.ts';
import styles from './device.module.css';

interface FactCardProps<Value> {
  title: string;
  reading: Reading<Value>;
  /** The answer, short. */
  said: SaidWords;
  /** "as last heard at 17:02" when the device is out of touch; else empty. */
  old: string;
  /** The evidence, when the fact is known. */
  children: (value: Value) => ReactNode;
}

/** One fact: the answer, its evidence, and since when it has been so; or why it is not known and what to do. */
export function FactCard<Value>({ title, reading, said, old, children }: FactCardProps<Value>) {
  return (
    <Card
      title={title}
      aside={<span className={styles.small}>{old !== '' ? old : <Observed reading={reading} />}</span>}
    >
      <div className={styles.fact}>
        {reading.state === 'known' ? (
          <>
            <p className={styles.answer}>
              <Said said={said} old={old !== ''} />
            </p>
            {children(reading.value)}
          </>
        ) : (
          <UnknownFact {...unknownInFull(reading)} />
        )}
      </div>
    </Card>
  );
}

/**
 * A device reports changes only: while it is in touch, the time of a reading is
 * since when the answer has been so, not when the device last looked.
 */
function Observed({ reading }: { reading: Reading<unknown> }) {
  if (reading.state === 'unknown' && reading.reason === 'not-asked-yet') return null;
  return (
    <>
      since <At at={reading.at} />
    </>
  );
}

export function UnknownFact({ why, remedy }: { why: string; remedy: string }) {
  return (
    <>
      <p className={styles.answer}>
        <Said said={{ text: 'Not known', tone: 'unknown' }} />
      </p>
      <p>{why}</p>
      <p>
        <strong>What to do:</strong> {remedy}
      </p>
    </>
  );
}
