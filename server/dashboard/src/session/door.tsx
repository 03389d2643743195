import type { ReactNode } from 'react';
import { Page } from '../page/page.tsx';
import styles from './door.module.css';

/** The page before one is signed in: one narrow card in the middle. */
export function Door({ title, children }: { title: string; children: ReactNode }) {
  return (
    <main className={styles.door}>
      <div className={styles.card}>
        <p className={styles.brand}>
          <img src="/icon.svg" alt="" width={40} height={40} />
          <span>Hometime</span>
        </p>
        <Page title={title}>{children}</Page>
      </div>
    </main>
  );
}
