import { Radio } from '@mantine/core';
import type { DeviceView } from '../../../../../shared/api/devices.ts';
import { useNow } from '../../live/use-now.ts';
import { oldFacts } from '../../words/presence.ts';
import { peopleOf } from '../../words/sessions.ts';
import styles from '../order.module.css';

/** Everybody: no account's name is empty. */
export const everybody = '';

interface PeopleFieldProps {
  device: DeviceView | undefined;
  everyone: string;
  value: string;
  onChange: (value: string) => void;
}

/** Whom the order is about: everybody, or one person whom the device reported. */
export function PeopleField({ device, everyone, value, onChange }: PeopleFieldProps) {
  const now = useNow();
  const people = device === undefined ? [] : peopleSeen(device);
  if (people.length === 0) return <p className={styles.meta}>{`For ${everyone}.`}</p>;
  const old = device === undefined ? '' : oldFacts(device.presence, now);
  return (
    <Radio.Group label="Whom" description={old === '' ? undefined : `Names ${old}.`} value={value} onChange={onChange}>
      <div className={styles.choices}>
        <Radio value={everybody} label={everyone.charAt(0).toUpperCase() + everyone.slice(1)} />
        {people.map((person) => (
          <Radio key={person} value={person} label={`Only ${person}`} />
        ))}
      </div>
    </Radio.Group>
  );
}

/** Account names that the device reported: of sessions and of sign-ins to apps. */
function peopleSeen({ sections: { sessions, apps } }: DeviceView): string[] {
  const signedIn = sessions.state === 'known' ? peopleOf(sessions.value.sessions) : [];
  const inApps = apps.state === 'known' ? apps.value.signIns.map(({ person }) => person) : [];
  return [...new Set([...signedIn, ...inApps.filter((person) => person !== null)])];
}

/** As the arguments have it. */
export function peopleArgs(whom: string): { people?: string[] } {
  return whom === everybody ? {} : { people: [whom] };
}
