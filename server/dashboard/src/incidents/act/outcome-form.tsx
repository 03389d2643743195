import { Radio } from '@mantine/core';
import { useState } from 'react';
import type { IncidentCase } from '../../../../../shared/api/incidents.ts';
import { confidentialOutcomes, type Outcome, outcomeSchema } from '../../../../../shared/incident/outcomes.ts';
import styles from '../../page/page.module.css';
import { outcomeMeaning, outcomeTitle } from '../../words/case.ts';
import { Reasoned } from './reasoned.tsx';

const confidentialNote = '. It passes the manager and the deputy by from then on: if you are one, you too';

/** One of the four things that may follow (INC2). */
export function OutcomeForm({
  incident: { id, outcomes, confidential },
  onDone,
}: {
  incident: IncidentCase;
  onDone: () => void;
}) {
  const left = outcomeSchema.options.filter((each) => !outcomes.some(({ outcome }) => outcome === each));
  const makesConfidential = (each: Outcome) => !confidential && confidentialOutcomes.has(each);
  const [outcome, setOutcome] = useState<Outcome | ''>('');
  const [fault, setFault] = useState<string>();
  const isReady = () => {
    setFault(outcome === '' ? 'Choose what follows' : undefined);
    return outcome !== '';
  };
  return (
    <Reasoned
      incidentId={id}
      does="Decide it"
      refused="It was not decided"
      act={(call, reason) =>
        call('decideOutcome', { params: { id }, body: { outcome: outcomeSchema.parse(outcome), reason } })
      }
      isReady={isReady}
      onDone={onDone}
    >
      <Radio.Group
        label="What follows"
        error={fault}
        value={outcome}
        onChange={(value) => setOutcome(outcomeSchema.parse(value))}
      >
        <div className={styles.form}>
          {left.map((each, index) => (
            <Radio
              data-autofocus={index === 0 || undefined}
              key={each}
              value={each}
              label={outcomeTitle(each)}
              description={`${outcomeMeaning(each)}${makesConfidential(each) ? confidentialNote : ''}`}
            />
          ))}
        </div>
      </Radio.Group>
    </Reasoned>
  );
}
