import { Button, Group } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import type { Policy } from '../../../../shared/policy/document.ts';
import { useChangePolicy } from '../api/policy.ts';
import { Dialogue } from '../page/dialogue.tsx';
import { Refused } from '../page/refused.tsx';
import { refusal } from '../session/form-faults.ts';
import { Foreseen } from './foreseen.tsx';
import styles from './policy.module.css';

/** One small change that a click asks for. */
export interface AskedChange {
  title: string;
  /** What the button says that makes it. */
  does: string;
  change: (policy: Policy) => Partial<Policy>;
  /** What is kept as the reason: what was done, in words. */
  reason: string;
}

/** Shows what a small change does, and makes it. */
export function ConfirmChange({ asked, onClose }: { asked: AskedChange; onClose: () => void }) {
  const change = useChangePolicy();
  const make = useMutation({
    mutationFn: () => change(asked.change, asked.reason),
    onSuccess: () => {
      notifications.show({ color: 'grape', message: 'Saved. Every device is judged again.' });
      onClose();
    },
  });
  return (
    <Dialogue opened onClose={onClose} title={asked.title} size="xl">
      <div className={styles.form}>
        <Foreseen name={asked.reason} change={asked.change} />
        {make.isError && <Refused title="It was not saved">{refusal(make.error, []).sentence}</Refused>}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Not now
          </Button>
          <Button loading={make.isPending} onClick={() => make.mutate()}>
            {asked.does}
          </Button>
        </Group>
      </div>
    </Dialogue>
  );
}
