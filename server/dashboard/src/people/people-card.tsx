import { Button, Menu } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { PersonView } from '../../../../shared/api/people.ts';
import { useMay } from '../api/allowed.ts';
import { useBackend } from '../api/backend.ts';
import { keys } from '../api/keys.ts';
import { useSession } from '../api/queries.ts';
import { Card } from '../page/card.tsx';
import { Dialogue } from '../page/dialogue.tsx';
import styles from '../page/page.module.css';
import { Badge, Said } from '../page/said.tsx';
import { Trouble, Waiting } from '../page/trouble.tsx';
import { Ago, At } from '../page/when.tsx';
import { roleTitle } from '../words/role.ts';
import { ChangeRole } from './change-role.tsx';
import { LeaveForm } from './leave-form.tsx';
import { ResetLink } from './reset-link.tsx';

type What = 'role' | 'leave' | 'reset';

const titles: { readonly [Name in What]: (name: string) => string } = {
  role: (name) => `The role of ${name}`,
  leave: (name) => `${name} leaves`,
  reset: (name) => `A new password for ${name}`,
};

/** Who belongs to the setting; an administrator changes it. */
export function PeopleCard() {
  const { call } = useBackend();
  const people = useQuery({
    queryKey: keys.people,
    queryFn: () => call('listPeople', {}),
    // Somebody who joins by a link is told of nowhere else.
    refetchInterval: 15_000,
  });
  const [open, setOpen] = useState<{ what: What; person: PersonView }>();
  const [isShown, setIsShown] = useState(false);
  const close = () => setIsShown(false);
  const begin = (what: What, person: PersonView) => {
    setOpen({ what, person });
    setIsShown(true);
  };
  return (
    <Card title="Who belongs here">
      {people.isPending && <Waiting what="Asking who belongs here…" />}
      {people.isError && (
        <Trouble what="The people could not be loaded" error={people.error} again={() => void people.refetch()} />
      )}
      <ul className={styles.rows} aria-label="People">
        {people.data?.items.map((person) => (
          <Person key={person.id} person={person} onBegin={begin} />
        ))}
      </ul>
      <Dialogue
        opened={isShown}
        onClose={close}
        onGone={() => setOpen(undefined)}
        title={open === undefined ? '' : titles[open.what](open.person.name)}
        keeps={open?.what !== 'role'}
      >
        {open?.what === 'role' && <ChangeRole person={open.person} onDone={close} />}
        {open?.what === 'leave' && <LeaveForm person={open.person} onDone={close} />}
        {open?.what === 'reset' && <ResetLink person={open.person} onDone={close} />}
      </Dialogue>
    </Card>
  );
}

function Person({ person, onBegin }: { person: PersonView; onBegin: (what: What, person: PersonView) => void }) {
  const may = useMay();
  const isSelf = useSession().data?.personId === person.id;
  const { name, email, role, until, secondFactor, lastSignInAt } = person;
  return (
    <li>
      <div className={styles.rowText}>
        <p>
          <strong>{name}</strong> {isSelf && <Badge tone="plain">You</Badge>}
        </p>
        <p className={styles.note}>{email}</p>
      </div>
      <div className={styles.rowText}>
        <p>{roleTitle(role)}</p>
        <p className={styles.note}>
          {until === null ? (
            'Without an end'
          ) : (
            <>
              Until <At at={until} />
            </>
          )}
        </p>
      </div>
      <div className={styles.rowText}>
        <p>
          {secondFactor ? (
            <Said said={{ text: 'Second factor on', tone: 'good' }} />
          ) : (
            <Said said={{ text: 'No second factor', tone: role === 'administrator' ? 'warn' : 'plain' }} />
          )}
        </p>
        <p className={styles.note}>
          {lastSignInAt === null ? (
            'Has not signed in yet'
          ) : (
            <>
              Signed in <Ago at={lastSignInAt} />
            </>
          )}
        </p>
      </div>
      {may('changePerson') && (
        <Menu position="bottom-end" shadow="md" width={260}>
          <Menu.Target>
            <Button variant="default" size="sm" aria-label={`What to do about ${name}`}>
              <IconDots aria-hidden size={18} />
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => onBegin('role', person)}>Change role or end…</Menu.Item>
            <Menu.Item onClick={() => onBegin('reset', person)}>Link for a new password…</Menu.Item>
            <Menu.Divider />
            <Menu.Item color="red" onClick={() => onBegin('leave', person)}>
              Leaves the setting…
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
    </li>
  );
}
