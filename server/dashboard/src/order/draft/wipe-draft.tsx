import { Alert, Radio } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useState } from 'react';
import type { WipeLevel } from '../../../../../shared/command/kind/wipe.ts';
import { usePolicy } from '../../api/policy.ts';
import { wipeApprovalWords, wipeConsequences } from '../../words/wipe.ts';
import styles from '../order.module.css';
import { checked, type DraftProps } from './draft.ts';

/** How much is destroyed, and what that means. */
export function WipeDraft({ children }: DraftProps) {
  const [level, setLevel] = useState<WipeLevel>('people');
  const approval = usePolicy()?.wipeApproval;
  return children({
    order: () => checked({ kind: 'wipe', args: { level } }),
    submit: level === 'people' ? 'Wipe people’s data' : 'Wipe the whole device',
    fields: () => (
      <>
        <Radio.Group
          label="How much"
          value={level}
          onChange={(value) => setLevel(value === 'device' ? 'device' : 'people')}
        >
          <div className={styles.choices}>
            <Radio
              data-autofocus
              color="red"
              value="people"
              label="People’s data"
              description="The device stays usable"
            />
            <Radio
              color="red"
              value="device"
              label="The whole device"
              description="For a device that is lost or stolen"
            />
          </div>
        </Radio.Group>
        <Alert color="red" icon={<IconAlertTriangle aria-hidden />} title="There is no way back">
          {wipeConsequences(level).map((line) => (
            <p key={line}>{line}</p>
          ))}
        </Alert>
        <p>{wipeApprovalWords(approval)}</p>
      </>
    ),
  });
}
