import { useNow } from '../live/use-now.ts';
import { ago, fullTime, timeOfDay } from '../words/time.ts';

/** "2 minutes ago", with the full local time in its tooltip. */
export function Ago({ at }: { at: string }) {
  const now = useNow();
  return (
    <time dateTime={at} title={fullTime(at)}>
      {ago(at, now)}
    </time>
  );
}

/** "17:02", with the full local time in its tooltip. */
export function At({ at }: { at: string }) {
  const now = useNow();
  return (
    <time dateTime={at} title={fullTime(at)}>
      {timeOfDay(at, now)}
    </time>
  );
}
