import { Alert, Anchor } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { useBackend } from '../api/backend.ts';
import { sentenceOf } from '../api/call.ts';
import { Refused } from '../page/refused.tsx';
import { Waiting } from '../page/trouble.tsx';
import { Door } from './door.tsx';
import { InvitationForm } from './invitation-form.tsx';

/** Where an invitation link leads: joins a setting, or sets a new password. */
export function InvitationPage({ token }: { token: string | undefined }) {
  return token === undefined ? (
    <Door title="Your invitation">
      <Alert color="grape" title="The link is not complete">
        Open the whole link that you were given, up to its very end. If you have used it already, sign in.
      </Alert>
      <ToSignIn />
    </Door>
  ) : (
    <Invitation token={token} />
  );
}

function Invitation({ token }: { token: string }) {
  const { call } = useBackend();
  const offer = useQuery({
    queryKey: ['invitation', token],
    queryFn: () => call('lookAtInvitation', { body: { token } }),
    // It is used up below: asking again would say so, and take the form away.
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
  });
  const isReset = offer.data?.purpose === 'reset';
  return (
    <Door title={isReset ? 'Set a new password' : 'Your invitation'}>
      {offer.isPending && <Waiting what="Asking what this link is for…" />}
      {offer.isError && (
        <>
          <Refused title="This link cannot be used">{sentenceOf(offer.error)}</Refused>
          <ToSignIn />
        </>
      )}
      {offer.data !== undefined && <InvitationForm token={token} offer={offer.data} />}
    </Door>
  );
}

function ToSignIn() {
  return (
    <p>
      <Anchor component={Link} href="/sign-in">
        Go to sign in
      </Anchor>
    </p>
  );
}
