import { Alert, Button, Loader } from '@mantine/core';
import { IconPlugConnectedX } from '@tabler/icons-react';
import { sentenceOf } from '../api/call.ts';
import styles from './page.module.css';

/** What could not be loaded, the server's sentence, and a way to try again. */
export function Trouble({ what, error, again }: { what: string; error: unknown; again: () => void }) {
  return (
    <Alert role="alert" color="red" variant="light" icon={<IconPlugConnectedX aria-hidden />} title={what}>
      <p>{sentenceOf(error)}</p>
      <Button mt="sm" size="sm" variant="default" onClick={again}>
        Try again
      </Button>
    </Alert>
  );
}

/** While an answer is awaited. */
export function Waiting({ what }: { what: string }) {
  return (
    <p className={styles.note} role="status">
      <Loader size="xs" aria-hidden /> {what}
    </p>
  );
}
