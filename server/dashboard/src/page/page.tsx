import { type ReactNode, useEffect, useRef } from 'react';
import styles from './page.module.css';

let isFirstPage = true;

interface PageProps {
  /** The page's one heading, and the document's title. */
  title: string;
  /** Shown instead of the title where the heading says more. */
  heading?: ReactNode;
  children: ReactNode;
}

/** A page: its title, its one h1, and the focus on it when the page was reached by a link. */
export function Page({ title, heading, children }: PageProps) {
  const ref = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Hometime`;
  }, [title]);
  useEffect(() => {
    if (!isFirstPage) ref.current?.focus();
    isFirstPage = false;
  }, []);
  return (
    <div className={styles.page}>
      <h1 ref={ref} tabIndex={-1}>
        {heading ?? title}
      </h1>
      {children}
    </div>
  );
}
