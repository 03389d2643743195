import { Textarea } from '@mantine/core';
import { useState } from 'react';
import styles from '../order.module.css';
import { checked, type DraftProps } from './draft.ts';
import { everybody, PeopleField, peopleArgs } from './people-field.tsx';

/** The text, and for whom. */
export function MessageDraft({ device, children }: DraftProps) {
  const [text, setText] = useState('');
  const [whom, setWhom] = useState(everybody);
  const order = () =>
    checked(
      { kind: 'message', args: { text: text.trim().replaceAll(/\s+/g, ' '), ...peopleArgs(whom) } },
      { text: 'Write up to 200 letters' },
    );
  return children({
    order,
    submit: 'Send the message',
    fields: (faults) => (
      <>
        <Textarea
          data-autofocus
          label="What people are to read"
          autosize
          minRows={2}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          error={faults.text}
        />
        <PeopleField device={device} everyone="everyone who is signed in" value={whom} onChange={setWhom} />
        <p className={styles.meta}>It waits an hour at most. An old message would only confuse.</p>
      </>
    ),
  });
}
