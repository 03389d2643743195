import { TextInput } from '@mantine/core';
import { useState } from 'react';
import styles from '../order.module.css';
import { checked, type DraftProps } from './draft.ts';
import { NoticeFields, noNotice, noticeOf, noticeSentences } from './notice-fields.tsx';

/** What the locked screen says, and with what notice. */
export function LockDraft({ children }: DraftProps) {
  const [message, setMessage] = useState('');
  const [notice, setNotice] = useState(noNotice);
  const order = () => {
    const words = message.trim();
    const given = noticeOf(notice);
    const args = { ...(words === '' ? {} : { message: words }), ...(given === undefined ? {} : { notice: given }) };
    return checked({ kind: 'lock', args }, { message: 'Write up to 200 letters, on one line', ...noticeSentences });
  };
  return children({
    order,
    submit: 'Lock',
    fields: (faults) => (
      <>
        <TextInput
          data-autofocus
          label="What its login screen says"
          description="Left empty, it says that the nursery has locked it"
          placeholder="Please bring this laptop to the office"
          value={message}
          onChange={(event) => setMessage(event.currentTarget.value)}
          error={faults.message}
        />
        <NoticeFields values={notice} onChange={setNotice} faults={faults} />
        <p className={styles.meta}>
          Everyone is logged out, and nobody gets in until you release it here, or by telephone with a code. Nothing on
          it is deleted.
        </p>
      </>
    ),
  });
}
