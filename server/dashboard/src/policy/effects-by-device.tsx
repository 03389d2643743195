import type { DeviceEffect, PolicyEffects } from '../../../../shared/api/policy.ts';
import { ToneIcon } from '../page/said.tsx';
import { severityWords } from '../words/incident.ts';
import styles from './policy.module.css';

const guards: { readonly [Guard in DeviceEffect['guard']]: string } = {
  blocks: 'It would block itself.',
  'lets-go': 'It would no longer be blocked.',
  'as-before': '',
};

/** Device by device, for whoever wants to know exactly: the very sentences that the devices' pages would show. */
export function EffectsByDevice({ effects: { items, touched } }: { effects: PolicyEffects }) {
  return (
    <details className={styles.details}>
      <summary>Device by device{items.length < touched ? ` (the first ${items.length} of ${touched})` : ''}</summary>
      <ul className={styles.byDevice}>
        {items.map(({ id, name, appears, disappears, guard }) => (
          <li key={id}>
            <strong>{name}</strong>
            {guards[guard] !== '' && <p>{guards[guard]}</p>}
            {appears.map(({ code, severity, text }) => (
              <p key={code} className={styles.signed} data-tone={severityWords(severity).tone}>
                <ToneIcon tone={severityWords(severity).tone} />
                <span>{text}</span>
              </p>
            ))}
            {disappears.map(({ code, text }) => (
              <p key={code} className={styles.small}>
                No longer: {text}
              </p>
            ))}
          </li>
        ))}
      </ul>
    </details>
  );
}
