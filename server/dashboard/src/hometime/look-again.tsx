import { Button } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import type { HometimeRow } from '../../../../shared/api/hometime.ts';
import { counted } from '../../../../shared/words.ts';
import { useBackend } from '../api/backend.ts';
import { sentenceOf } from '../api/call.ts';
import { Said } from '../page/said.tsx';
import styles from './hometime.module.css';

const order = { kind: 'refresh' as const, args: {} };
const reason = 'Hometime: look at everything after closing';

/** Asks every device that is not done to look at everything now: what was seen before closing does not count. */
export function LookAgain({ rows }: { rows: readonly HometimeRow[] }) {
  const { call } = useBackend();
  const ids = rows.filter(({ isDone }) => !isDone).map(({ id }) => id);
  const ask = useMutation({
    mutationFn: async () => {
      const filter = { ids };
      const { fingerprint, now, later, refused } = await call('previewBatch', { body: { filter, order } });
      if (now + later > 0) await call('orderBatch', { body: { filter, order, reason, fingerprint } });
      return { now, later, refused };
    },
  });
  if (ids.length === 0) return null;
  return (
    <>
      <Button leftSection={<IconRefresh aria-hidden size={18} />} loading={ask.isPending} onClick={() => ask.mutate()}>
        Have them look again now
      </Button>
      <span role="status" className={styles.asked}>
        {ask.isError && <Said said={{ text: sentenceOf(ask.error), tone: 'bad' }} />}
        {ask.data !== undefined && <Said said={{ text: askedWords(ask.data), tone: 'waiting' }} />}
      </span>
    </>
  );
}

/** What was asked for, and no more: the board itself says what they saw. */
function askedWords({ now, later, refused }: { now: number; later: number; refused: number }): string {
  const parts = [
    ...(now > 0 ? [`${counted(now, 'device')} asked`] : []),
    ...(later > 0 ? [`${counted(later, 'device')} not in touch: asked when next seen`] : []),
    ...(refused > 0 ? [`${counted(refused, 'device')} cannot be asked`] : []),
  ];
  return parts.join('; ');
}
