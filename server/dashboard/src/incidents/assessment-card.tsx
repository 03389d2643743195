import { Button } from '@mantine/core';
import { useState } from 'react';
import type { IncidentCase } from '../../../../shared/api/incidents.ts';
import { sentenceOf } from '../api/call.ts';
import { useCaseAct } from '../api/incidents.ts';
import { Card } from '../page/card.tsx';
import { Dialogue } from '../page/dialogue.tsx';
import styles from '../page/page.module.css';
import { Refused } from '../page/refused.tsx';
import { Badge } from '../page/said.tsx';
import { At } from '../page/when.tsx';
import { conductWords } from '../words/case.ts';
import { severityWords } from '../words/incident.ts';
import { AssessForm } from './act/assess-form.tsx';

/** How grave it is and what the conduct was, by two people where there are two (INC5). */
export function AssessmentCard({ incident }: { incident: IncidentCase }) {
  const { assessment, may, id } = incident;
  const [opened, setOpened] = useState(false);
  const sign = useCaseAct<void>(id, (call) => call('signOffIncident', { params: { id }, body: {} }));
  return (
    <Card
      title="How grave it is"
      aside={
        may.includes('assess') && (
          <Button variant="default" onClick={() => setOpened(true)}>
            {assessment === null ? 'Assess it' : 'Assess it anew'}
          </Button>
        )
      }
    >
      {assessment === null ? (
        <p className={styles.note}>Nobody has assessed it yet.</p>
      ) : (
        <div className={styles.form}>
          <p>
            <Badge tone={severityWords(assessment.severity).tone}>{severityWords(assessment.severity).label}</Badge>{' '}
            <strong>{conductWords(assessment.conduct)}</strong>
          </p>
          <p className={styles.note}>
            Assessed <At at={assessment.at} />
            {assessment.by !== null && <> by {assessment.by}</>}.{' '}
            {assessment.signedOffAt === null ? (
              'Not signed yet.'
            ) : (
              <>
                Signed <At at={assessment.signedOffAt} />
                {assessment.signedOffBy !== null && <> by {assessment.signedOffBy}</>}.
              </>
            )}
          </p>
          {assessment.signedOffAt === null && !may.includes('sign-off') && may.includes('assess') && (
            <p className={styles.note}>Somebody else who looks after this case signs it.</p>
          )}
          {sign.isError && <Refused title="It is not signed">{sentenceOf(sign.error)}</Refused>}
          {may.includes('sign-off') && (
            <div className={styles.buttons}>
              <Button loading={sign.isPending} onClick={() => sign.mutate()}>
                Sign the assessment
              </Button>
            </div>
          )}
        </div>
      )}
      <Dialogue opened={opened} onClose={() => setOpened(false)} title="How grave is it?" keeps>
        <AssessForm incident={incident} onDone={() => setOpened(false)} />
      </Dialogue>
    </Card>
  );
}
