import { Anchor, Button, FileButton } from '@mantine/core';
import { IconPaperclip } from '@tabler/icons-react';
import { useRef } from 'react';
import type { IncidentCase } from '../../../../shared/api/incidents.ts';
import { attachmentLimits } from '../../../../shared/incident/entries.ts';
import { useMay } from '../api/allowed.ts';
import { addressOfFile, sentenceOf } from '../api/call.ts';
import { useCaseAct } from '../api/incidents.ts';
import { Card } from '../page/card.tsx';
import styles from '../page/page.module.css';
import { Refused } from '../page/refused.tsx';
import { At } from '../page/when.tsx';

const accepted = 'image/jpeg,image/png,image/webp,image/heic,application/pdf,text/plain';
const mostMb = attachmentLimits.bytes / (1024 * 1024);

/** The files of a case; each is bound into its record by its digest. */
export function AttachmentsCard({ incident: { id, attachments, may } }: { incident: IncidentCase }) {
  const mayCall = useMay();
  const add = useCaseAct<File>(id, (call, file) =>
    call('addAttachment', { params: { id }, query: { name: fileName(file.name) }, file }),
  );
  // Else a browser says nothing when the same file is chosen once more, after it was refused or cut off.
  const forget = useRef<() => void>(null);
  const onChoose = (file: File | null) => {
    if (file !== null) add.mutate(file);
    forget.current?.();
  };
  return (
    <Card
      title="Files"
      aside={
        may.includes('attach') && (
          <FileButton accept={accepted} resetRef={forget} onChange={onChoose}>
            {(given) => (
              <Button
                {...given}
                variant="default"
                loading={add.isPending}
                leftSection={<IconPaperclip aria-hidden size={18} />}
              >
                Add a file
              </Button>
            )}
          </FileButton>
        )
      }
    >
      <div className={styles.form}>
        <p className={styles.note}>
          Pictures, PDF or plain text, up to {mostMb} MB each and {attachmentLimits.aCase} a case. Never a picture of an
          injury to a child, and nothing that is against the law to have: tell the police instead.
        </p>
        {add.isPending && <p role="status">Sending {add.variables.name}…</p>}
        {add.isError && (
          <Refused title={`The file was not added: ${add.variables.name}`}>{sentenceOf(add.error)}</Refused>
        )}
      </div>
      <ul className={styles.rows} aria-label="Files">
        {attachments.map(({ digest, name, bytes, at, by }) => (
          <li key={`${digest} ${at}`}>
            <div className={styles.rowText}>
              {mayCall('readAttachment') ? (
                <Anchor href={addressOfFile('readAttachment', {}, { id, digest })} download>
                  {name}
                </Anchor>
              ) : (
                <span>{name}</span>
              )}
              <p className={styles.note}>
                {Math.max(1, Math.round(bytes / 1024)).toLocaleString('en-GB')} kB, added <At at={at} />
                {by !== null && <> by {by}</>}
              </p>
            </div>
          </li>
        ))}
      </ul>
    </Card>
  );
}

/** What a file is called, as far as the record takes it. */
function fileName(name: string): string {
  const plain = name.replaceAll(/[\p{Cc}/\\]/gu, ' ').trim();
  return plain === '' ? 'file' : plain.slice(-100);
}
