import { IconPlugConnectedX } from '@tabler/icons-react';
import { atTime } from '../words/time.ts';
import styles from './live-banner.module.css';
import { useNotLiveSince } from './use-live.ts';
import { useNow } from './use-now.ts';

/** Says, calmly and in sight, that the page has stopped being live, and since when. */
export function LiveBanner() {
  const since = useNotLiveSince();
  const now = useNow();
  return (
    <div role="status">
      {since !== undefined && (
        <p className={styles.banner}>
          <IconPlugConnectedX aria-hidden size={20} />
          <span>
            <strong>This page has not been live since {atTime(since, now).replace(/^at /, '')}.</strong> What you see is
            as it was then. Hometime keeps trying to reach the server.
          </span>
        </p>
      )}
    </div>
  );
}
