import styles from '../session/door.module.css';
import own from './incidents.module.css';

/** After a report by the short form: what it is called, and what becomes of it. */
export function WhatHappensNext({ reference, isNamed }: { reference: string; isNamed: boolean }) {
  return (
    <div className={styles.form} role="status">
      <h2>Your report has arrived</h2>
      <p>
        Its reference is <strong className={own.reference}>{reference}</strong>. You may note it down; it opens nothing.
      </p>
      <h3>What happens next</h3>
      <ol className={own.next3}>
        <li>The safeguarding lead, or whoever stands in for them, is asked to look at it now.</li>
        <li>
          {isNamed
            ? 'They may speak to you about it. You can always go to them yourself, with the reference.'
            : 'Nobody can ask you anything, for you gave no name. If you remember more, send another report and write the reference in it.'}
        </li>
        <li>What you wrote is never changed or removed while it is needed.</li>
      </ol>
      <p>You can close this page now.</p>
    </div>
  );
}
