import { Alert, Anchor } from '@mantine/core';
import { Link } from 'wouter';
import { useSetUpNeeded } from '../api/queries.ts';
import { Trouble, Waiting } from '../page/trouble.tsx';
import { Door } from './door.tsx';
import { SetUpForm } from './set-up-form.tsx';

/** Where the set-up link leads: makes the first administrator, once. */
export function SetUpPage({ token }: { token: string | undefined }) {
  const setUp = useSetUpNeeded();
  return (
    <Door title="Set up Hometime">
      {setUp.isPending && <Waiting what="Asking whether this has been done…" />}
      {setUp.isError && (
        <Trouble what="This page could not be loaded" error={setUp.error} again={() => void setUp.refetch()} />
      )}
      {setUp.data && !setUp.data.needed && (
        <>
          <p>Hometime has already been set up here. The set-up link works only once.</p>
          <p>
            <Anchor component={Link} href="/sign-in">
              Go to sign in
            </Anchor>
          </p>
        </>
      )}
      {setUp.data?.needed && token === undefined && (
        <Alert color="grape" title="The link is not complete">
          Open the whole set-up link that Hometime printed when it was started, up to its very end. Start Hometime again
          to be given a new one.
        </Alert>
      )}
      {setUp.data?.needed && token !== undefined && <SetUpForm token={token} />}
    </Door>
  );
}
