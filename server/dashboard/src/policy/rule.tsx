import type { ReactNode } from 'react';
import { requirementsOfPolicy, requirementsOfSwitches } from '../../../../shared/policy/requirements-of.ts';
import styles from './policy.module.css';

const parts = { ...requirementsOfPolicy, ...requirementsOfSwitches };
export type PartOfRules = keyof typeof parts;

interface RuleProps {
  title: string;
  /** Which parts of the policy stand here: each tells the demands it comes from. */
  of: readonly PartOfRules[];
  children: ReactNode;
}

/** One rule: what it is about, its switches, and the demands of settings' own policies that they come from. */
export function Rule({ title, of, children }: RuleProps) {
  return (
    <fieldset className={styles.rule} id={anchorOf(title)}>
      <legend>{title}</legend>
      <ul className={styles.from} aria-label={`Where “${title}” comes from`}>
        {of.map((part) => (
          <li key={part}>
            {parts[part].why} <span className={styles.ids}>{parts[part].requirements.join(', ')}</span>
          </li>
        ))}
      </ul>
      {children}
    </fieldset>
  );
}

/** Where a rule stands on the page: "at-closing-time". */
export function anchorOf(title: string): string {
  return title.toLowerCase().replaceAll(/[^a-z]+/g, '-');
}
