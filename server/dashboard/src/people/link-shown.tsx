import { Button, Group } from '@mantine/core';
import type { z } from 'zod';
import type { invitationLinkSchema } from '../../../../shared/api/people.ts';
import styles from '../page/page.module.css';
import { Copied, OnlyOnce } from '../page/shown-once.tsx';
import { At } from '../page/when.tsx';

/** An invitation's link, this once. Hometime sends no e-mail: the administrator hands it over. */
export function LinkShown({ made, onDone }: { made: z.infer<typeof invitationLinkSchema>; onDone: () => void }) {
  return (
    <div className={styles.form}>
      <OnlyOnce>
        Hand it to {made.email} yourself, by a way that only they read. It works once, and runs out at{' '}
        <At at={made.expiresAt} />.
      </OnlyOnce>
      <Copied title="Their link" what="the link" text={made.link} />
      <Group justify="flex-end">
        <Button data-autofocus onClick={onDone}>
          Close
        </Button>
      </Group>
    </div>
  );
}
