import type { DeviceView } from '../../../../shared/api/devices.ts';
import { useNotLiveSince } from '../live/use-live.ts';
import { useNow } from '../live/use-now.ts';
import { ToneIcon } from '../page/said.tsx';
import { headline } from '../words/standing.ts';
import { atTime, capital } from '../words/time.ts';
import styles from './fleet.module.css';

/** The sentence of the day; of a page that is not live, in the past and without the look of good news. */
export function FleetHeadline({ devices }: { devices: DeviceView[] }) {
  const now = useNow();
  const notLiveSince = useNotLiveSince();
  const { text, tone, rest } = headline(devices);
  const shownTone = notLiveSince !== undefined && tone === 'good' ? 'unknown' : tone;
  const sentence =
    notLiveSince === undefined
      ? text
      : `${capital(atTime(notLiveSince, now))}: ${text.charAt(0).toLowerCase()}${text.slice(1)}`;
  return (
    <span className={styles.headline} data-tone={shownTone}>
      <span className={styles.headlineSign}>
        <ToneIcon tone={shownTone} size={30} />
      </span>
      <span>
        {sentence}
        {rest !== '' && <span className={styles.headlineRest}> {rest}</span>}
      </span>
    </span>
  );
}
