import { Suspense, useEffect } from 'react';
import { Redirect, Route, Switch, useLocation } from 'wouter';
import type { SessionView } from '../../../shared/api/people.ts';
import { mayCall, useMay } from './api/allowed.ts';
import { useBackend } from './api/backend.ts';
import { useSession } from './api/queries.ts';
import { FleetPage } from './fleet/fleet-page.tsx';
import { lazyPage } from './page/lazy-page.tsx';
import { MissingPage } from './page/missing-page.tsx';
import { Shell } from './page/shell.tsx';
import { Trouble, Waiting } from './page/trouble.tsx';
import { safeNext } from './session/safe-next.ts';
import { isSecondFactorOverdue } from './words/second-factor.ts';

const SetUpPage = lazyPage(async () => (await import('./session/set-up-page.tsx')).SetUpPage);
const SignInPage = lazyPage(async () => (await import('./session/sign-in-page.tsx')).SignInPage);
const InvitationPage = lazyPage(async () => (await import('./session/invitation-page.tsx')).InvitationPage);
const DevicePage = lazyPage(async () => (await import('./device/device-page.tsx')).DevicePage);
const IncidentsPage = lazyPage(async () => (await import('./incidents/incidents-page.tsx')).IncidentsPage);
const CasePage = lazyPage(async () => (await import('./incidents/case-page.tsx')).CasePage);
const ReportPage = lazyPage(async () => (await import('./incidents/report-page.tsx')).ReportPage);
const PublicReportPage = lazyPage(async () => (await import('./incidents/public-report-page.tsx')).PublicReportPage);
const ShortFormPage = lazyPage(async () => (await import('./incidents/short-form-page.tsx')).ShortFormPage);
const PosterPage = lazyPage(async () => (await import('./incidents/poster-page.tsx')).PosterPage);
const RulesPage = lazyPage(async () => (await import('./policy/rules-page.tsx')).RulesPage);
const HometimePage = lazyPage(async () => (await import('./hometime/hometime-page.tsx')).HometimePage);
const PeoplePage = lazyPage(async () => (await import('./people/people-page.tsx')).PeoplePage);
const RecordsPage = lazyPage(async () => (await import('./records/records-page.tsx')).RecordsPage);
const NoticesPage = lazyPage(async () => (await import('./notify/notices-page.tsx')).NoticesPage);
const LookPage = lazyPage(async () => (await import('./notify/look-page.tsx')).LookPage);
const AccountPage = lazyPage(async () => (await import('./account/account-page.tsx')).AccountPage);

const oneMoment = <Waiting what="One moment…" />;

/** Which page stands at which address, and who is let in. `linkToken`: of the set-up or invitation link that was followed. */
export function App({ linkToken }: { linkToken: string | undefined }) {
  return (
    <Suspense fallback={oneMoment}>
      <Switch>
        <Route path="/set-up">
          <SetUpPage token={linkToken} />
        </Route>
        <Route path="/invitation">
          <InvitationPage token={linkToken} />
        </Route>
        <Route path="/report">
          <PublicReportPage />
        </Route>
        <Route>
          <SignedInOnly />
        </Route>
      </Switch>
    </Suspense>
  );
}

function SignedInOnly() {
  const session = useSession();
  const [path] = useLocation();
  const next = safeNext(new URLSearchParams(window.location.search).get('next'));
  if (session.isPending) return oneMoment;
  if (session.data === undefined)
    return <Trouble what="Hometime could not be opened" error={session.error} again={() => void session.refetch()} />;
  if (path === '/sign-in') return session.data === null ? <SignInPage next={next} /> : <Redirect to={next} replace />;
  if (session.data === null) return <Redirect to={`/sign-in?next=${encodeURIComponent(path)}`} replace />;
  // Nothing else would be answered: only the own account is left.
  if (isSecondFactorOverdue(session.data, Date.now()) && path !== '/account') return <Redirect to="/account" replace />;
  // A sheet of paper has no navigation on it.
  if (path === '/poster' && mayCall('showReportForm', session.data.role))
    return <PosterPage settingName={session.data.settingName} />;
  // Another setting is another page: nothing of the one before may stay.
  return <Inside key={session.data.settingId} session={session.data} />;
}

function Inside({ session }: { session: SessionView }) {
  const { live } = useBackend();
  useEffect(() => {
    live.start();
    return () => live.stop();
  }, [live]);
  return (
    <Shell session={session}>
      <Suspense fallback={oneMoment}>
        <Pages session={session} />
      </Suspense>
    </Shell>
  );
}

function Pages({ session: { role } }: { session: SessionView }) {
  const may = useMay();
  return (
    <Switch>
      <Route path="/">
        <FleetPage role={role} />
      </Route>
      <Route path="/devices/:id">{({ id }) => <DevicePage key={id} id={id} role={role} />}</Route>
      <Route path="/hometime">
        <HometimePage />
      </Route>
      {may('listIncidents') && (
        <Route path="/incidents">
          <IncidentsPage />
        </Route>
      )}
      {may('showReportForm') && (
        <Route path="/incidents/short-form">
          <ShortFormPage />
        </Route>
      )}
      {may('openIncident') && (
        <Route path="/incidents/report-something">
          <ReportPage />
        </Route>
      )}
      {may('showIncident') && <Route path="/incidents/:id">{({ id }) => <CasePage key={id} id={id} />}</Route>}
      {may('listSecurityEvents') && (
        <Route path="/records">
          <RecordsPage />
        </Route>
      )}
      {may('listPeople') && (
        <Route path="/people">
          <PeoplePage />
        </Route>
      )}
      <Route path="/rules">
        <RulesPage role={role} />
      </Route>
      <Route path="/notices">
        <NoticesPage />
      </Route>
      <Route path="/look/:id">{({ id }) => <LookPage key={id} id={id} />}</Route>
      <Route path="/account">
        <AccountPage />
      </Route>
      <Route>
        <MissingPage />
      </Route>
    </Switch>
  );
}
