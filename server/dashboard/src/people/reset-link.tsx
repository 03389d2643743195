import { Button, Group } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { PersonView } from '../../../../shared/api/people.ts';
import { useBackend } from '../api/backend.ts';
import { sentenceOf } from '../api/call.ts';
import styles from '../page/page.module.css';
import { Refused } from '../page/refused.tsx';
import { LinkShown } from './link-shown.tsx';

/** A link with which somebody who forgot the password, or lost the telephone, begins anew. */
export function ResetLink({ person, onDone }: { person: PersonView; onDone: () => void }) {
  const { call } = useBackend();
  const make = useMutation({ mutationFn: () => call('resetPerson', { params: { id: person.id }, body: {} }) });
  if (make.data !== undefined) return <LinkShown made={make.data} onDone={onDone} />;
  return (
    <div className={styles.form}>
      {make.isError && <Refused title="No link was made">{sentenceOf(make.error)}</Refused>}
      <p>
        Makes a link with which {person.name} sets a new password, and a new second factor after it. Their present
        password holds until they use it.
      </p>
      <p>Make sure that it is {person.name} who asks: whoever has the link signs in as them.</p>
      <p className={styles.note}>You may be asked for your password again.</p>
      <Group justify="flex-end">
        <Button variant="default" onClick={onDone}>
          Cancel
        </Button>
        <Button data-autofocus loading={make.isPending} onClick={() => make.mutate()}>
          Make the link
        </Button>
      </Group>
    </div>
  );
}
