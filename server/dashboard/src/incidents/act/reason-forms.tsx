import { Checkbox } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { IncidentCase } from '../../../../../shared/api/incidents.ts';
import { keys } from '../../api/keys.ts';
import { Reasoned } from './reasoned.tsx';

interface CaseFormProps {
  incident: IncidentCase;
  onDone: () => void;
}

export function ConfidentialForm({
  incident: { id },
  confidential,
  onDone,
}: CaseFormProps & { confidential: boolean }) {
  return (
    <Reasoned
      isFirst
      incidentId={id}
      does={confidential ? 'Make it confidential' : 'Open it to the manager'}
      refused="It is as it was"
      act={(call, reason) => call('restrictIncident', { params: { id }, body: { confidential, reason } })}
      onDone={onDone}
    >
      <p>
        {confidential
          ? 'The manager and the deputy see nothing of it from then on: not that it is there, not in a count, not in an export. If you are one of them, neither do you.'
          : 'The manager and the deputy see all of it from then on, what is written already too.'}
      </p>
    </Reasoned>
  );
}

export function CloseForm({ incident: { id }, onDone }: CaseFormProps) {
  return (
    <Reasoned
      isFirst
      incidentId={id}
      does="Close the case"
      refused="It is not closed"
      act={(call, reason) => call('closeIncident', { params: { id }, body: { reason } })}
      onDone={onDone}
    >
      <p>A closed case is never opened again. What happens afterwards is a new case with a link to this one.</p>
    </Reasoned>
  );
}

export function HoldCaseForm({ incident: { id, deviceId, deviceName }, onDone }: CaseFormProps) {
  const cache = useQueryClient();
  const [wholeSetting, setWholeSetting] = useState(deviceId === null);
  return (
    <Reasoned
      isFirst
      incidentId={id}
      does="Set the hold"
      refused="It is not held"
      act={async (call, reason) => {
        const held = await call('holdFromIncident', { params: { id }, body: { wholeSetting, reason } });
        void cache.invalidateQueries({ queryKey: keys.holds });
        return held;
      }}
      onDone={onDone}
    >
      <p>
        Until you lift it (on the page Records), nobody can wipe{' '}
        {wholeSetting ? 'a device of the setting' : (deviceName ?? 'it')}, clear photos there or take it out of the
        fleet. The reason stays in this case; others read that it is kept for the safeguarding lead.
      </p>
      {deviceId !== null && (
        <Checkbox
          label="The whole setting, and not only this device"
          checked={wholeSetting}
          onChange={(event) => setWholeSetting(event.currentTarget.checked)}
        />
      )}
    </Reasoned>
  );
}
