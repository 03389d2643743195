import { Anchor, Button } from '@mantine/core';
import { useState } from 'react';
import { useLocation } from 'wouter';
import type { IncidentAct, IncidentCase } from '../../../../shared/api/incidents.ts';
import { useMay } from '../api/allowed.ts';
import { addressOfFile, sentenceOf } from '../api/call.ts';
import { useCaseAct } from '../api/incidents.ts';
import { Dialogue } from '../page/dialogue.tsx';
import styles from '../page/page.module.css';
import { Refused } from '../page/refused.tsx';
import { closingNeeds } from '../words/case-closing.ts';
import { CloseForm, ConfidentialForm, HoldCaseForm } from './act/reason-forms.tsx';
import own from './incidents.module.css';

type Opened = Extract<IncidentAct, 'restrict' | 'open-up' | 'hold' | 'close'>;

const titles: { readonly [Act in Opened]: string } = {
  restrict: 'Make it confidential',
  'open-up': 'No longer confidential',
  hold: 'Hold, so that nothing is deleted',
  close: 'Close the case',
};

/** What this person may do with the case as a whole. */
export function CaseActs({ incident }: { incident: IncidentCase }) {
  const { id, may } = incident;
  const [opened, setOpened] = useState<Opened>();
  const [, navigate] = useLocation();
  const mayCall = useMay();
  const take = useCaseAct<void>(id, (call) => call('takeIncident', { params: { id }, body: {} }));
  const close = () => setOpened(undefined);
  const button = (act: Opened) =>
    may.includes(act) && (
      <Button key={act} variant="default" onClick={() => setOpened(act)}>
        {titles[act]}
      </Button>
    );
  const isOver = incident.state === 'closed' || incident.state === 'purged';
  return (
    <div className={own.acts}>
      {take.isError && <Refused title="It was not noted">{sentenceOf(take.error)}</Refused>}
      <div className={styles.buttons}>
        {may.includes('take') && (
          <Button loading={take.isPending} onClick={() => take.mutate()}>
            I look after this case
          </Button>
        )}
        {isOver && mayCall('openIncident') && (
          <Button variant="default" onClick={() => navigate(`/incidents/report-something?follows=${id}`)}>
            It went on: report it
          </Button>
        )}
        {button('restrict')}
        {button('open-up')}
        {button('hold')}
        {button('close')}
      </div>
      {!isOver && may.includes('decide-outcome') && <ClosingNeeds incident={incident} />}
      {may.includes('export') && (
        <p className={own.exports}>
          <span>Take it out:</span>
          <Anchor href={addressOfFile('exportIncident', { format: 'pdf' }, { id })} download>
            as a PDF
          </Anchor>
          <Anchor href={addressOfFile('exportIncident', { format: 'json' }, { id })} download>
            as JSON with its proof
          </Anchor>
          <span className={styles.note}>That you did is written into the record.</span>
        </p>
      )}
      <Dialogue opened={opened !== undefined} onClose={close} title={opened === undefined ? '' : titles[opened]} keeps>
        {(opened === 'restrict' || opened === 'open-up') && (
          <ConfidentialForm incident={incident} confidential={opened === 'restrict'} onDone={close} />
        )}
        {opened === 'hold' && <HoldCaseForm incident={incident} onDone={close} />}
        {opened === 'close' && <CloseForm incident={incident} onDone={close} />}
      </Dialogue>
    </div>
  );
}

/** Why the case cannot be closed yet, in place of the button. */
function ClosingNeeds({ incident }: { incident: IncidentCase }) {
  const needs = closingNeeds(incident);
  if (needs.length === 0) return null;
  return (
    <section className={styles.note} aria-label="Before it can be closed">
      <p>Before it can be closed:</p>
      <ul className={styles.bullets}>
        {needs.map((need) => (
          <li key={need}>{need}</li>
        ))}
      </ul>
    </section>
  );
}
