import { Button, Group } from '@mantine/core';
import type { FormEvent, ReactNode } from 'react';
import { sentenceOf } from '../../api/call.ts';
import styles from '../../page/page.module.css';
import { Refused } from '../../page/refused.tsx';

interface ActFormProps {
  /** What stands on the button that does it. */
  does: string;
  /** What stands above the reason when it was refused. */
  refused: string;
  /** The sending itself: why it failed, whether it is under way. */
  send: { error: Error | null; isPending: boolean };
  /** Called when the form is sent; it looks for faults itself. */
  onSend: () => void;
  onDone: () => void;
  children: ReactNode;
}

/** The frame of every form about a case: its fields, why it was refused, cancel and do. */
export function ActForm({ does, refused, send, onSend, onDone, children }: ActFormProps) {
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSend();
  };
  return (
    <form className={styles.form} noValidate onSubmit={submit}>
      {send.error !== null && <Refused title={refused}>{sentenceOf(send.error)}</Refused>}
      {children}
      <Group justify="flex-end">
        <Button variant="default" onClick={onDone}>
          Cancel
        </Button>
        <Button type="submit" loading={send.isPending}>
          {does}
        </Button>
      </Group>
    </form>
  );
}

/** What is wrong with words of a person; undefined: nothing. */
export function wordsFault(text: string, most: number): string | undefined {
  const length = text.trim().length;
  if (length < 3) return 'Write at least a few words';
  return length > most ? `Write at most ${most.toLocaleString('en-GB')} letters` : undefined;
}
