import { Alert } from '@mantine/core';
import { useSession } from '../api/queries.ts';
import { useNow } from '../live/use-now.ts';
import { Card } from '../page/card.tsx';
import styles from '../page/page.module.css';
import { Page } from '../page/page.tsx';
import { At } from '../page/when.tsx';
import { roleMeaning, roleTitle } from '../words/role.ts';
import { isSecondFactorOverdue } from '../words/second-factor.ts';
import { ChangePassword } from './change-password.tsx';
import { OwnSessions } from './own-sessions.tsx';
import { SecondFactorCard } from './second-factor-card.tsx';

/** One's own account: who one is here, the password, the second factor, where one is signed in. */
export function AccountPage() {
  const session = useSession().data;
  const now = useNow();
  if (session === undefined || session === null) return null;
  return (
    <Page title="Your account">
      {isSecondFactorOverdue(session, now) && (
        <Alert color="red" title="Set up your second factor to go on">
          You are an administrator, and the time to set it up has passed. Until it is set up, Hometime lets you do
          nothing else.
        </Alert>
      )}
      <Card title={session.name}>
        <p>{session.email}</p>
        <p>
          {roleTitle(session.role)} at {session.settingName}.{' '}
          <span className={styles.note}>{roleMeaning(session.role)}.</span>
        </p>
        {session.confirmedUntil !== null && Date.parse(session.confirmedUntil) > now && (
          <p className={styles.note}>
            You gave your password again; it holds until <At at={session.confirmedUntil} />.
          </p>
        )}
      </Card>
      <SecondFactorCard session={session} />
      <ChangePassword />
      <OwnSessions />
    </Page>
  );
}
