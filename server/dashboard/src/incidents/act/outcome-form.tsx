import { Radio } from '@mantine/core';
import { useState } from 'react';
import type { IncidentCase } from '../../../../../shared/api/incidents.ts';
import { type Outcome, outcomeSchema } from '../../../../../shared/incident/outcomes.ts';
import { useCaseAct } from '../../api/incidents.ts';
import { ReasonField, reasonFault } from '../../order/reason-field.tsx';
import styles from '../../page/page.module.css';
import { outcomeMeaning, outcomeTitle } from '../../words/case.ts';
import { ActForm } from './act-form.tsx';

/** One of the four things that may follow (INC2). */
export function OutcomeForm({ incident: { id, outcomes }, onDone }: { incident: IncidentCase; onDone: () => void }) {
  const left = outcomeSchema.options.filter((each) => !outcomes.some(({ outcome }) => outcome === each));
  const [outcome, setOutcome] = useState<Outcome>();
  const [reason, setReason] = useState('');
  const [faults, setFaults] = useState<{ outcome?: string; reason?: string }>({});
  const send = useCaseAct<Outcome>(id, (call, chosen) =>
    call('decideOutcome', { params: { id }, body: { outcome: chosen, reason: reason.trim() } }),
  );
  const onSend = () => {
    const because = reasonFault(reason);
    setFaults({
      ...(outcome === undefined && { outcome: 'Choose what follows' }),
      ...(because !== undefined && { reason: because }),
    });
    if (outcome !== undefined && because === undefined) send.mutate(outcome, { onSuccess: onDone });
  };
  return (
    <ActForm
      does="Decide it"
      refused="It was not decided"
      error={send.error}
      isPending={send.isPending}
      onSend={onSend}
      onDone={onDone}
    >
      <Radio.Group
        label="What follows"
        error={faults.outcome}
        value={outcome ?? ''}
        onChange={(value) => setOutcome(outcomeSchema.parse(value))}
      >
        <div className={styles.form}>
          {left.map((each) => (
            <Radio key={each} value={each} label={outcomeTitle(each)} description={outcomeMeaning(each)} />
          ))}
        </div>
      </Radio.Group>
      <ReasonField value={reason} onChange={setReason} error={faults.reason} />
    </ActForm>
  );
}
