import { Alert, Button, CopyButton } from '@mantine/core';
import { IconCheck, IconCopy, IconInfoCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import styles from './page.module.css';

/** A notice that what follows is shown this once. */
export function OnlyOnce({ children }: { children: ReactNode }) {
  return (
    <Alert color="grape" icon={<IconInfoCircle aria-hidden />} title="Shown only once">
      {children}
    </Alert>
  );
}

/** A secret text with a button that copies it. */
export function Copied({ title, what, text }: { title: string; what: string; text: string }) {
  return (
    <div className={styles.copied}>
      <h3>{title}</h3>
      <code className={styles.code}>{text}</code>
      <CopyText what={what} text={text} />
    </div>
  );
}

export function CopyText({ what, text }: { what: string; text: string }) {
  return (
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
  );
}
