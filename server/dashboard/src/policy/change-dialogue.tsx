import { Alert, Button, Group, Textarea } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { PolicyView } from '../../../../shared/api/policy.ts';
import { reasonSchema } from '../../../../shared/names.ts';
import type { Policy } from '../../../../shared/policy/document.ts';
import { useBackend } from '../api/backend.ts';
import { isCode } from '../api/call.ts';
import { keys } from '../api/keys.ts';
import { Dialogue } from '../page/dialogue.tsx';
import { Refused } from '../page/refused.tsx';
import { Trouble, Waiting } from '../page/trouble.tsx';
import { refusal } from '../session/form-faults.ts';
import { laidOver } from './draft.ts';
import { Effects } from './effects.tsx';
import styles from './policy.module.css';

interface ChangeDialogueProps {
  /** The rules as they were when this person began to change them. */
  begun: PolicyView;
  mine: Policy;
  onClose: () => void;
  onSaved: () => void;
}

/**
 * What a change would do, device by device, before it is saved, and why it is made. What somebody else changed since this
 * person began stays, and is told.
 */
export function ChangeDialogue({ begun, mine, onClose, onSaved }: ChangeDialogueProps) {
  const { call } = useBackend();
  const cache = useQueryClient();
  const [look, setLook] = useState(0);
  // Held here: it must outlast a look that is taken again.
  const [reason, setReason] = useState('');
  const asked = useQuery({
    queryKey: ['policy-effects', begun.version, look, JSON.stringify(mine)],
    queryFn: async () => {
      const now = await call('showPolicy', {});
      const policy = laidOver(begun.policy, now.policy, mine);
      const params = { id: String(now.version) };
      const [effects, meanwhile] = await Promise.all([
        call('tryPolicy', { body: { policy }, query: { limit: 100 } }),
        now.version === begun.version
          ? undefined
          : call('comparePolicyVersions', { params, query: { with: begun.version } }),
      ]);
      return { now, policy, effects, meanwhile: meanwhile?.changes ?? [] };
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  const save = useMutation({
    mutationFn: ({ basedOn, policy, reason }: { basedOn: number; policy: Policy; reason: string }) =>
      call('changePolicy', { body: { basedOn, policy, reason } }),
    onSuccess: (changed) => {
      notifications.show({ color: 'grape', message: 'Saved. Every device is judged again.' });
      cache.setQueryData(keys.policy, changed);
      onSaved();
      return cache.invalidateQueries();
    },
  });
  const lookAgain = () => {
    save.reset();
    setLook(look + 1);
  };
  return (
    <Dialogue opened onClose={onClose} title="What this changes" size="xl" keeps>
      {asked.isPending && <Waiting what="Working it out for each of your devices…" />}
      {asked.isError && (
        <Trouble what="It could not be worked out" error={asked.error} again={() => void asked.refetch()} />
      )}
      {asked.data !== undefined && (
        <div className={styles.form}>
          {asked.data.meanwhile.length > 0 && <Meanwhile by={asked.data.now.by} changes={asked.data.meanwhile} />}
          <Effects effects={asked.data.effects} />
          {save.isError && (
            <Refused title="It was not saved">
              <p>{refusal(save.error, []).sentence}</p>
              {isCode(save.error, 'conflict') && (
                <Button mt="sm" size="sm" variant="default" onClick={lookAgain}>
                  Take that in, and look again
                </Button>
              )}
            </Refused>
          )}
          <SaveForm
            reason={reason}
            onReason={setReason}
            isSaving={save.isPending}
            onCancel={onClose}
            onSave={() =>
              save.mutate({ basedOn: asked.data.now.version, policy: asked.data.policy, reason: reason.trim() })
            }
          />
        </div>
      )}
    </Dialogue>
  );
}

function Meanwhile({ by, changes }: { by: string; changes: readonly string[] }) {
  return (
    <Alert color="grape" title={`${by} changed the rules while you were at it`}>
      <ul className={styles.bullets}>
        {changes.map((change) => (
          <li key={change}>{change}</li>
        ))}
      </ul>
      <p>That stays. What you change is laid over it.</p>
    </Alert>
  );
}

interface SaveFormProps {
  reason: string;
  onReason: (reason: string) => void;
  isSaving: boolean;
  onCancel: () => void;
  onSave: () => void;
}

/** Not a form of its own: the page's form is round it. */
function SaveForm({ reason, onReason, isSaving, onCancel, onSave }: SaveFormProps) {
  const [isTried, setIsTried] = useState(false);
  const id = useId();
  const isGiven = reasonSchema.safeParse(reason.trim()).success;
  const save = () => {
    setIsTried(true);
    if (isGiven) onSave();
  };
  return (
    <>
      <Textarea
        id={id}
        label="Why you change it"
        description="Kept with this version, beside your name: whoever asks in a year finds it here"
        autosize={false}
        rows={2}
        maxLength={500}
        value={reason}
        error={isTried && !isGiven ? 'Write a few words' : undefined}
        onChange={(event) => onReason(event.currentTarget.value)}
      />
      <Group justify="flex-end">
        <Button variant="default" onClick={onCancel}>
          Not now
        </Button>
        <Button loading={isSaving} onClick={save}>
          Save these rules
        </Button>
      </Group>
    </>
  );
}
