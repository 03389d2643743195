import { type ReactNode, useState } from 'react';
import type { IncidentCase } from '../../../../../shared/api/incidents.ts';
import type { Call } from '../../api/call.ts';
import { useCaseAct } from '../../api/incidents.ts';
import { ReasonField, reasonFault } from '../../order/reason-field.tsx';
import { ActForm } from './act-form.tsx';

interface ReasonedProps {
  incidentId: string;
  does: string;
  refused: string;
  act: (call: Call, reason: string) => Promise<IncidentCase>;
  /** Looks for faults in the fields above the reason, and shows them; false: nothing is sent yet. */
  isReady?: () => boolean;
  /** The reason is what is written first: no field stands above it. */
  isFirst?: boolean;
  onDone: () => void;
  children: ReactNode;
}

/** What is done to a case for a stated reason. */
export function Reasoned({
  incidentId,
  does,
  refused,
  act,
  isReady = () => true,
  isFirst = false,
  onDone,
  children,
}: ReasonedProps) {
  const [reason, setReason] = useState('');
  const [fault, setFault] = useState<string>();
  const send = useCaseAct<string>(incidentId, act);
  const onSend = () => {
    const found = reasonFault(reason);
    setFault(found);
    // Both are asked, so that all faults show at once.
    if (isReady() && found === undefined) send.mutate(reason.trim(), { onSuccess: onDone });
  };
  return (
    <ActForm does={does} refused={refused} send={send} onSend={onSend} onDone={onDone}>
      {children}
      <ReasonField value={reason} onChange={setReason} error={fault} isFirst={isFirst} />
    </ActForm>
  );
}
