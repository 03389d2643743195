import { IconLock } from '@tabler/icons-react';
import styles from './incidents.module.css';

/** That a case passes the manager and the deputy by: whoever sees this should speak of it to nobody else. */
export function ConfidentialBadge() {
  return (
    <span className={styles.confidential}>
      <IconLock aria-hidden size={16} />
      Confidential
    </span>
  );
}
