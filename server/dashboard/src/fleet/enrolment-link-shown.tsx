import { Alert, Button, CopyButton, Group } from '@mantine/core';
import { IconCheck, IconCopy, IconInfoCircle } from '@tabler/icons-react';
import type { EnrolmentLinkView } from '../../../../shared/api/devices.ts';
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
      <Alert color="grape" icon={<IconInfoCircle aria-hidden />} title="Shown only once">
        Use it now, or copy it. It lets one device join, works once, and runs out at <At at={made.expiresAt} />. Give it
        to nobody else.
      </Alert>
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

function Copied({ title, what, text }: { title: string; what: string; text: string }) {
  return (
    <div className={styles.copied}>
      <h3>{title}</h3>
      <code className={styles.code}>{text}</code>
      <CopyButton value={text} timeout={4_000}>
        {({ copied, copy }) => (
          <Button
            variant="light"
            size="sm"
            onClick={copy}
            leftSection={copied ? <IconCheck aria-hidden size={16} /> : <IconCopy aria-hidden size={16} />}
          >
            <span aria-live="polite">{copied ? 'Copied' : `Copy ${what}`}</span>
          </Button>
        )}
      </CopyButton>
    </div>
  );
}
