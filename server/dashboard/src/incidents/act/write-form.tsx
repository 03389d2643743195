import { Radio, Textarea } from '@mantine/core';
import { useState } from 'react';
import type { IncidentCase } from '../../../../../shared/api/incidents.ts';
import { useCaseAct } from '../../api/incidents.ts';
import styles from '../../page/page.module.css';
import { ActForm, wordsFault } from './act-form.tsx';

interface WriteFormProps {
  incident: IncidentCase;
  /** The number of the entry that is put right. */
  amends?: number;
  onDone: () => void;
}

const most = 10_000;

/** What somebody saw or did, in their own words; or what puts an earlier entry right. */
export function WriteForm({ incident: { id, sight }, amends, onDone }: WriteFormProps) {
  const [text, setText] = useState('');
  const [kind, setKind] = useState<'narrative' | 'summary'>('narrative');
  const [fault, setFault] = useState<string>();
  const send = useCaseAct<string>(id, (call, words) =>
    call('writeEntry', {
      params: { id },
      body: amends === undefined ? { kind, text: words } : { kind: 'amendment', text: words, amends },
    }),
  );
  const onSend = () => {
    const found = wordsFault(text, most);
    setFault(found);
    if (found === undefined) send.mutate(text.trim(), { onSuccess: onDone });
  };
  return (
    <ActForm does="Write it down" refused="It was not written down" send={send} onSend={onSend} onDone={onDone}>
      <p>
        It cannot be changed afterwards. Say what you saw and heard, when, and who was there; name people by their role
        and initials.
      </p>
      <Textarea
        data-autofocus
        label={amends === undefined ? 'What happened' : 'What is right instead'}
        autosize={false}
        rows={7}
        value={text}
        error={fault}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      {amends === undefined && sight === 'whole' && (
        <Radio.Group
          label="Who may read it"
          value={kind}
          onChange={(value) => setKind(value === 'summary' ? 'summary' : 'narrative')}
        >
          <div className={styles.form}>
            <Radio value="narrative" label="Only those who look after the case" />
            <Radio value="summary" label="Committee and inspectors too: I have named nobody in it" />
          </div>
        </Radio.Group>
      )}
    </ActForm>
  );
}
