import { IconPhone } from '@tabler/icons-react';
import styles from './incidents.module.css';

/** Above everything about incidents, always in sight (INC3). */
export function Emergency() {
  return (
    <p className={styles.emergency}>
      <IconPhone aria-hidden size={20} />
      <span>
        <strong>
          In immediate danger call <a href="tel:999">999</a>.
        </strong>{' '}
        Tell your safeguarding lead of every concern at once.
      </span>
    </p>
  );
}
