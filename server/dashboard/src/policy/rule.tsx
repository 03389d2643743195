import type { ReactNode } from 'react';
import { demandWords, type Requirement } from '../words/requirement.ts';
import styles from './policy.module.css';

interface RuleProps {
  title: string;
  /** Which demands it comes from. */
  from: readonly Requirement[];
  children: ReactNode;
}

/** One rule: what it is about, its switches, and the demands of settings' own policies that it comes from. */
export function Rule({ title, from, children }: RuleProps) {
  return (
    <fieldset className={styles.rule}>
      <legend>{title}</legend>
      <ul className={styles.from} aria-label={`Where “${title}” comes from`}>
        {from.map((id) => (
          <li key={id}>
            <abbr title={demandWords(id)}>{id}</abbr> {demandWords(id)}
          </li>
        ))}
      </ul>
      {children}
    </fieldset>
  );
}
