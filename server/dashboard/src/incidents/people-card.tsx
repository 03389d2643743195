import { Button } from '@mantine/core';
import { useState } from 'react';
import type { IncidentCase } from '../../../../shared/api/incidents.ts';
import { usePeople } from '../api/people.ts';
import { Card } from '../page/card.tsx';
import { Dialogue } from '../page/dialogue.tsx';
import styles from '../page/page.module.css';
import { aboutWhom, involvedWords } from '../words/case.ts';
import { ConcernsForm } from './act/concerns-form.tsx';
import { InvolvedForm } from './act/involved-form.tsx';

/** Who was involved, as roles and initials, and whom it is about. */
export function PeopleCard({ incident }: { incident: IncidentCase }) {
  const [opened, setOpened] = useState<'involved' | 'concerned'>();
  const close = () => setOpened(undefined);
  const { people, concerns, may } = incident;
  const about = aboutWhom(concerns, usePeople().data?.items ?? []);
  return (
    <Card title="People">
      <div className={styles.form}>
        {people.length === 0 ? (
          <p className={styles.note}>Nobody is named as involved.</p>
        ) : (
          <ul className={styles.bullets} aria-label="Involved">
            {people.map((person, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the list only grows at its end, and two may be alike
              <li key={index}>{involvedWords(person)}</li>
            ))}
          </ul>
        )}
        {about !== '' && <p>It is about: {about}. Whoever it is about sees nothing of this case.</p>}
        <div className={styles.buttons}>
          {may.includes('write') && (
            <Button variant="default" onClick={() => setOpened('involved')}>
              Add who was involved
            </Button>
          )}
          {may.includes('name-concerned') && (
            <Button variant="default" onClick={() => setOpened('concerned')}>
              Say whom it is about
            </Button>
          )}
        </div>
      </div>
      <Dialogue opened={opened === 'involved'} onClose={close} title="Who was involved" keeps>
        <InvolvedForm incidentId={incident.id} onDone={close} />
      </Dialogue>
      <Dialogue opened={opened === 'concerned'} onClose={close} title="Whom it is about" keeps>
        <ConcernsForm incident={incident} onDone={close} />
      </Dialogue>
    </Card>
  );
}
