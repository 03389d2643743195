import { Button } from '@mantine/core';
import { useState } from 'react';
import type { IncidentCase, IncidentEntryView } from '../../../../shared/api/incidents.ts';
import { entryData } from '../../../../shared/incident/entries.ts';
import { Card } from '../page/card.tsx';
import { Dialogue } from '../page/dialogue.tsx';
import styles from '../page/page.module.css';
import { Said } from '../page/said.tsx';
import { At } from '../page/when.tsx';
import { entryWords, writerWords } from '../words/case-entry.ts';
import { evidenceLines } from '../words/case-evidence.ts';
import { WriteForm } from './act/write-form.tsx';
import own from './incidents.module.css';

/** Everything that happened and was written, oldest first. Entries are never changed: what was wrong is put right below it (INC1). */
export function Timeline({ incident }: { incident: IncidentCase }) {
  const [writing, setWriting] = useState<'narrative' | number>();
  const close = () => setWriting(undefined);
  const mayWrite = incident.may.includes('write');
  const told = incident.entries.filter((entry) => !entryWords(entry).quiet);
  return (
    <Card
      title="What happened"
      aside={
        mayWrite && (
          <Button variant="default" onClick={() => setWriting('narrative')}>
            Write something
          </Button>
        )
      }
    >
      <p className={styles.note}>
        Nothing here is ever changed or removed. What was wrong is put right by a new entry.
      </p>
      <ol className={own.timeline}>
        {told.map((entry) => (
          <Entry
            key={entry.number}
            entry={entry}
            onAmend={mayWrite && entry.text !== null && isOfPeople(entry) ? () => setWriting(entry.number) : undefined}
          />
        ))}
      </ol>
      <Dialogue
        opened={writing !== undefined}
        onClose={close}
        title={typeof writing === 'number' ? `Put entry ${writing} right` : 'Write something'}
        keeps
      >
        <WriteForm incident={incident} {...(typeof writing === 'number' ? { amends: writing } : {})} onDone={close} />
      </Dialogue>
    </Card>
  );
}

function isOfPeople({ by }: IncidentEntryView): boolean {
  return by.kind === 'person' || by.kind === 'reporter';
}

function Entry({ entry, onAmend }: { entry: IncidentEntryView; onAmend: (() => void) | undefined }) {
  const { title } = entryWords(entry);
  const isHidden = entry.text === null && (entry.kind === 'narrative' || entry.kind === 'amendment');
  return (
    <li data-kind={entry.kind} data-server={entry.by.kind === 'server' || undefined}>
      <p className={own.entryHead}>
        <strong>{title}</strong>
        <span className={own.entryBy}>
          Entry {entry.number}, <At at={entry.at} />, {writerWords(entry.by)}
        </span>
      </p>
      {entry.text !== null && <p className={own.words}>{entry.text}</p>}
      {isHidden && <p className={styles.note}>What it says is not for you to read.</p>}
      {entry.kind === 'evidence' && <EvidenceShown entry={entry} />}
      {onAmend !== undefined && (
        <Button variant="subtle" size="compact-sm" aria-label={`Put it right: entry ${entry.number}`} onClick={onAmend}>
          Put it right
        </Button>
      )}
    </li>
  );
}

function EvidenceShown({ entry }: { entry: IncidentEntryView }) {
  const parsed = entry.data === null ? undefined : entryData.evidence.safeParse(entry.data);
  if (parsed?.success !== true) return null;
  return (
    <details className={own.evidence}>
      <summary>What was known then</summary>
      <dl>
        {evidenceLines(parsed.data).map(({ what, said }) => (
          <div key={what}>
            <dt>{what}</dt>
            <dd>
              {'text' in said ? (
                <Said said={said} old />
              ) : (
                <ul className={own.found}>
                  {said.map((each) => (
                    <li key={each}>{each}</li>
                  ))}
                </ul>
              )}
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
