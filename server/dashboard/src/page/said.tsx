import {
  IconAlertTriangle,
  IconCheck,
  IconExclamationCircle,
  IconHelp,
  IconHourglass,
  IconPoint,
} from '@tabler/icons-react';
import type { Said as SaidWords, Tone } from '../words/tone.ts';
import styles from './said.module.css';

const icons = {
  good: IconCheck,
  unknown: IconHelp,
  warn: IconAlertTriangle,
  bad: IconExclamationCircle,
  plain: IconPoint,
  waiting: IconHourglass,
} as const satisfies Record<Tone, unknown>;

/** The sign of a tone: its shape says what its colour says. */
export function ToneIcon({ tone, size = 18 }: { tone: Tone; size?: number }) {
  const Icon = icons[tone];
  return <Icon aria-hidden size={size} stroke={2} className={styles.icon} />;
}

/** A fact in words with its sign. Facts that are old never look good. */
export function Said({ said, old = false }: { said: SaidWords; old?: boolean }) {
  const tone = old && said.tone === 'good' ? 'plain' : said.tone;
  return (
    <span className={styles.said} data-tone={tone}>
      {tone !== 'plain' && <ToneIcon tone={tone} />}
      <span>{said.text}</span>
    </span>
  );
}

/** The same as a label with a ground, for what matters most. */
export function Badge({ tone, children }: { tone: Tone; children: React.ReactNode }) {
  return (
    <span className={styles.badge} data-tone={tone}>
      {tone !== 'plain' && <ToneIcon tone={tone} />}
      <span>{children}</span>
    </span>
  );
}
