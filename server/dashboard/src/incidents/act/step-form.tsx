import { Radio, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { IncidentCase } from '../../../../../shared/api/incidents.ts';
import { useCaseAct } from '../../api/incidents.ts';
import styles from '../../page/page.module.css';
import { stepOf } from '../../words/case.ts';
import { ActForm, wordsFault } from './act-form.tsx';

interface StepFormProps {
  incidentId: string;
  outcome: IncidentCase['outcomes'][number]['outcome'];
  step: IncidentCase['outcomes'][number]['steps'][number]['step'];
  onDone: () => void;
}

interface Settled {
  how: 'done' | 'not-needed';
  text: string;
  doneAt?: string;
}

/** Says that a step is done and when, or why it is not needed here. */
export function StepForm({ incidentId: id, outcome, step, onDone }: StepFormProps) {
  const { mayBeNotNeeded } = stepOf(outcome, step);
  const [how, setHow] = useState<'done' | 'not-needed'>('done');
  const [text, setText] = useState('');
  const [when, setWhen] = useState('');
  const [fault, setFault] = useState<string>();
  const send = useCaseAct<Settled>(id, (call, settled) =>
    call('settleStep', { params: { id }, body: { outcome, step, ...settled } }),
  );
  const onSend = () => {
    const found = wordsFault(text, 2_000);
    setFault(found);
    if (found !== undefined) return;
    const doneAt = when === '' || how === 'not-needed' ? {} : { doneAt: new Date(when).toISOString() };
    send.mutate({ how, text: text.trim(), ...doneAt }, { onSuccess: onDone });
  };
  return (
    <ActForm does="Write it down" refused="It was not written down" send={send} onSend={onSend} onDone={onDone}>
      {mayBeNotNeeded && (
        <Radio.Group
          label="How it stands"
          value={how}
          onChange={(value) => setHow(value === 'not-needed' ? 'not-needed' : 'done')}
        >
          <div className={styles.form}>
            <Radio value="done" label="It is done" />
            <Radio value="not-needed" label="It is not needed here" />
          </div>
        </Radio.Group>
      )}
      <Textarea
        data-autofocus
        label={how === 'done' ? 'What came of it' : 'Why it is not needed'}
        description={how === 'done' ? 'Whom you spoke to by their office, and a reference number if you got one' : ''}
        rows={4}
        value={text}
        error={fault}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      {how === 'done' && (
        <TextInput
          type="datetime-local"
          label="When it was done"
          description="Leave it empty if that is now"
          value={when}
          onChange={(event) => setWhen(event.currentTarget.value)}
        />
      )}
    </ActForm>
  );
}
