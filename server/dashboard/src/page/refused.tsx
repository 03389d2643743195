import { Alert } from '@mantine/core';
import { type ReactNode, useEffect, useRef } from 'react';
import styles from './page.module.css';

/** That something was not done, and why. It comes into sight by itself: what was pressed may be far below it. */
export function Refused({ title, children }: { title?: string; children: ReactNode }) {
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    ref.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  return (
    <Alert ref={ref} className={styles.refused} role="alert" color="red" title={title}>
      {children}
    </Alert>
  );
}
