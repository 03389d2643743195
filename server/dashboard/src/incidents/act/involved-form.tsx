import { NativeSelect, TextInput } from '@mantine/core';
import { useState } from 'react';
import { type Involved, initialsSchema, involvedRoleSchema } from '../../../../../shared/incident/people-involved.ts';
import { useCaseAct } from '../../api/incidents.ts';
import { involvedChoices } from '../../words/case.ts';
import { ActForm } from './act-form.tsx';

/** Who was involved: what they are here, and their initials; never a whole name. */
export function InvolvedForm({ incidentId: id, onDone }: { incidentId: string; onDone: () => void }) {
  const [role, setRole] = useState<Involved['role']>('child');
  const [initials, setInitials] = useState('');
  const [fault, setFault] = useState<string>();
  const send = useCaseAct<Involved>(id, (call, person) =>
    call('writeEntry', { params: { id }, body: { kind: 'people', people: [person] } }),
  );
  const onSend = () => {
    const given = initials.trim().toUpperCase();
    const isWrong = given !== '' && !initialsSchema.safeParse(given).success;
    setFault(isWrong ? 'One to four letters, such as AB; not a name' : undefined);
    if (!isWrong) send.mutate({ role, initials: given === '' ? null : given }, { onSuccess: onDone });
  };
  return (
    <ActForm does="Add them" refused="They were not added" send={send} onSend={onSend} onDone={onDone}>
      <NativeSelect
        data-autofocus
        label="What they are here"
        data={involvedChoices}
        value={role}
        onChange={(event) => setRole(involvedRoleSchema.parse(event.currentTarget.value))}
      />
      <TextInput
        label="Initials"
        description="May be left empty"
        maxLength={8}
        value={initials}
        error={fault}
        onChange={(event) => setInitials(event.currentTarget.value)}
      />
    </ActForm>
  );
}
