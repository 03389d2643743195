import { useEffect } from 'react';
import { Redirect, Route, Switch, useLocation } from 'wouter';
import type { SessionView } from '../../../shared/api/people.ts';
import { useBackend } from './api/backend.ts';
import { useSession } from './api/queries.ts';
import { DevicePage } from './device/device-page.tsx';
import { FleetPage } from './fleet/fleet-page.tsx';
import { IncidentsPage } from './incidents/incidents-page.tsx';
import { MissingPage } from './page/missing-page.tsx';
import { Shell } from './page/shell.tsx';
import { Trouble, Waiting } from './page/trouble.tsx';
import { RulesPage } from './policy/rules-page.tsx';
import { safeNext } from './session/safe-next.ts';
import { SetUpPage } from './session/set-up-page.tsx';
import { SignInPage } from './session/sign-in-page.tsx';

/** Which page stands at which address, and who is let in. */
export function App({ setUpToken }: { setUpToken: string | undefined }) {
  return (
    <Switch>
      <Route path="/set-up">
        <SetUpPage token={setUpToken} />
      </Route>
      <Route>
        <SignedInOnly />
      </Route>
    </Switch>
  );
}

function SignedInOnly() {
  const session = useSession();
  const [path] = useLocation();
  const next = safeNext(new URLSearchParams(window.location.search).get('next'));
  if (session.isPending) return <Waiting what="One moment…" />;
  if (session.data === undefined)
    return <Trouble what="Hometime could not be opened" error={session.error} again={() => void session.refetch()} />;
  if (path === '/sign-in') return session.data === null ? <SignInPage next={next} /> : <Redirect to={next} replace />;
  if (session.data === null) return <Redirect to={`/sign-in?next=${encodeURIComponent(path)}`} replace />;
  return <Inside session={session.data} />;
}

function Inside({ session }: { session: SessionView }) {
  const { live } = useBackend();
  useEffect(() => {
    live.start();
    return () => live.stop();
  }, [live]);
  return (
    <Shell session={session}>
      <Switch>
        <Route path="/">
          <FleetPage role={session.role} />
        </Route>
        <Route path="/devices/:id">{({ id }) => <DevicePage key={id} id={id} role={session.role} />}</Route>
        <Route path="/incidents">
          <IncidentsPage />
        </Route>
        <Route path="/rules">
          <RulesPage role={session.role} />
        </Route>
        <Route>
          <MissingPage />
        </Route>
      </Switch>
    </Shell>
  );
}
