import { Button, Group } from '@mantine/core';
import type { EnrolmentLinkView } from '../../../../shared/api/devices.ts';
import { Copied, OnlyOnce } from '../page/shown-once.tsx';
import { At } from '../page/when.tsx';
import styles from './fleet.module.css';

/** A device's link, shown once, and the exact command that uses it. */
export function EnrolmentLinkShown({
  made,
  name,
  onClose,
}: {
  made: EnrolmentLinkView;
  name: string;
  onClose: () => void;
}) {
  return (
    <div className={styles.form}>
      <OnlyOnce>
        Use it now, or copy it. It lets one device join, works once, and runs out at <At at={made.expiresAt} />. Give it
        to nobody else.
      </OnlyOnce>
      <Copied title={`Run this on ${name}`} what="the command" text={`npx hometime-agent enrol "${made.link}"`} />
      <Copied title="Or only the link" what="the link" text={made.link} />
      <p>{name} stands in your list already, as “Cannot tell”. That changes by itself a moment after it has joined.</p>
      <Group justify="flex-end">
        <Button data-autofocus onClick={onClose}>
          Close
        </Button>
      </Group>
    </div>
  );
}
