import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import type { IncidentCase } from '../../../../shared/api/incidents.ts';
import { outcomeSchema } from '../../../../shared/incident/outcomes.ts';
import { useNow } from '../live/use-now.ts';
import { Card } from '../page/card.tsx';
import { Dialogue } from '../page/dialogue.tsx';
import styles from '../page/page.module.css';
import { Said } from '../page/said.tsx';
import { At } from '../page/when.tsx';
import { clockWords, outcomeMeaning, outcomeTitle, stepOf } from '../words/case.ts';
import { OutcomeForm } from './act/outcome-form.tsx';
import { StepForm } from './act/step-form.tsx';
import own from './incidents.module.css';

type Decided = IncidentCase['outcomes'][number];
type Step = Decided['steps'][number];

/** What follows the case: each outcome's checklist, with clocks that count down (INC2). */
export function OutcomesCard({ incident }: { incident: IncidentCase }) {
  const [deciding, setDeciding] = useState(false);
  const [settling, setSettling] = useState<{ outcome: Decided['outcome']; step: Step['step'] }>();
  // Each of them follows once.
  const mayDecide = incident.may.includes('decide-outcome') && incident.outcomes.length < outcomeSchema.options.length;
  const maySettle = incident.may.includes('settle-step');
  return (
    <Card
      title="What follows"
      aside={
        mayDecide && (
          <Button variant="default" leftSection={<IconPlus aria-hidden size={18} />} onClick={() => setDeciding(true)}>
            Decide what follows
          </Button>
        )
      }
    >
      {incident.outcomes.length === 0 && (
        <p className={styles.note}>Nothing is decided yet. That it stays on record and no more is a decision too.</p>
      )}
      {incident.outcomes.map((decided) => (
        <section key={decided.outcome} className={own.outcome} aria-label={outcomeTitle(decided.outcome)}>
          <h3>{outcomeTitle(decided.outcome)}</h3>
          <p className={styles.note}>
            {outcomeMeaning(decided.outcome)}. Decided <At at={decided.decidedAt} />
            {decided.steps.some(({ dueAt }) => dueAt !== null) && '; deadlines count from when the setting knew'}.
          </p>
          <ul className={own.steps}>
            {decided.steps.map((step) => (
              <StepRow
                key={step.step}
                outcome={decided.outcome}
                step={step}
                onSettle={maySettle ? () => setSettling({ outcome: decided.outcome, step: step.step }) : undefined}
              />
            ))}
          </ul>
        </section>
      ))}
      <Dialogue opened={deciding} onClose={() => setDeciding(false)} title="Decide what follows" keeps>
        <OutcomeForm incident={incident} onDone={() => setDeciding(false)} />
      </Dialogue>
      <Dialogue
        opened={settling !== undefined}
        onClose={() => setSettling(undefined)}
        title={settling === undefined ? '' : stepOf(settling.outcome, settling.step).label}
        keeps
      >
        {settling !== undefined && (
          <StepForm incidentId={incident.id} {...settling} onDone={() => setSettling(undefined)} />
        )}
      </Dialogue>
    </Card>
  );
}

interface StepRowProps {
  outcome: Decided['outcome'];
  step: Step;
  onSettle: (() => void) | undefined;
}

function StepRow({ outcome, step, onSettle }: StepRowProps) {
  const { label, mayBeNotNeeded } = stepOf(outcome, step.step);
  const settles = mayBeNotNeeded ? 'Done, or not needed' : 'It is done';
  return (
    <li data-settled={step.settled !== null || undefined}>
      <div className={styles.rowText}>
        <p>
          <strong>{label}</strong>
          {step.settled === null && mayBeNotNeeded && <span className={styles.note}> (if it is needed)</span>}
        </p>
        {step.settled === null ? <StepClock step={step} /> : <StepDone settled={step.settled} />}
      </div>
      {step.settled === null && onSettle !== undefined && (
        <Button variant="default" size="sm" aria-label={`${settles}: ${label}`} onClick={onSettle}>
          {settles}
        </Button>
      )}
    </li>
  );
}

function StepClock({ step: { dueAt, standing } }: { step: Step }) {
  const now = useNow();
  if (dueAt === null || standing === null) return <p className={styles.note}>To be done; there is no deadline.</p>;
  return (
    <p className={own.next}>
      <Said said={clockWords(dueAt, standing, now)} />
      <span>
        by <At at={dueAt} />
      </span>
    </p>
  );
}

function StepDone({ settled }: { settled: NonNullable<Step['settled']> }) {
  const isDone = settled.how === 'done';
  return (
    <>
      <p>
        <Said said={{ text: isDone ? 'Done' : 'Not needed', tone: isDone ? 'good' : 'plain' }} />{' '}
        <span className={styles.note}>
          <At at={settled.doneAt} />
          {settled.by !== null && <>, on record by {settled.by}</>}
        </span>
      </p>
      {settled.text !== null && <p className={own.words}>{settled.text}</p>}
    </>
  );
}
