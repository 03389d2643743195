import { Checkbox, Radio } from '@mantine/core';
import { useState } from 'react';
import { useAppList } from '../../api/policy.ts';
import styles from '../order.module.css';
import { checked, type DraftProps } from './draft.ts';
import { everybody, PeopleField, peopleArgs } from './people-field.tsx';

/** Which apps, and of whom. */
export function SignOutDraft({ device, children }: DraftProps) {
  const list = useAppList();
  const [which, setWhich] = useState<'children' | 'named'>('children');
  const [apps, setApps] = useState<string[]>([]);
  const [whom, setWhom] = useState(everybody);
  const order = () =>
    checked(
      { kind: 'sign-out-app', args: { ...(which === 'named' ? { apps } : {}), ...peopleArgs(whom) } },
      { apps: 'Choose at least one app' },
    );
  return children({
    order,
    submit: 'Sign out of the apps',
    fields: (faults) => (
      <>
        <Radio.Group
          label="Which apps"
          value={which}
          onChange={(value) => setWhich(value === 'named' ? 'named' : 'children')}
          error={faults.apps}
        >
          <div className={styles.choices}>
            <Radio data-autofocus value="children" label="Every app of your list that holds children’s data" />
            <Radio value="named" label="Only these" />
          </div>
        </Radio.Group>
        {which === 'named' && (
          <Checkbox.Group label="Apps" value={apps} onChange={setApps}>
            <div className={styles.grid}>
              {list.map(({ app, name }) => (
                <Checkbox key={app} value={app} label={name} />
              ))}
            </div>
          </Checkbox.Group>
        )}
        <PeopleField device={device} everyone="everyone who uses the device" value={whom} onChange={setWhom} />
        <p className={styles.meta}>
          Browsers that are open there are closed first. What is typed in them and not sent is lost. People sign in
          again with their own passwords.
        </p>
      </>
    ),
  });
}
