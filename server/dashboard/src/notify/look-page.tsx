import { useMutation } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useLocation } from 'wouter';
import { useBackend } from '../api/backend.ts';
import { useNoticesChanged } from '../api/notify.ts';
import { Page } from '../page/page.tsx';
import { Trouble, Waiting } from '../page/trouble.tsx';
import { matterHref } from '../words/notify.ts';

/** Where an e-mail's link leads: says that the person looks now, and goes on to what it is about. */
export function LookPage({ id }: { id: string }) {
  const { call } = useBackend();
  const [, navigate] = useLocation();
  const changed = useNoticesChanged();
  const look = useMutation({
    mutationFn: () => call('lookAtNotice', { params: { id }, body: {} }),
    onSuccess: ({ matter }) => {
      void changed();
      navigate(matterHref(matter), { replace: true });
    },
  });
  const { mutate } = look;
  useEffect(() => mutate(), [mutate]);
  return (
    <Page title="One moment">
      {look.isError ? (
        <Trouble what="This link opens nothing here" error={look.error} again={() => mutate()} />
      ) : (
        <Waiting what="Opening what you were asked to look at…" />
      )}
    </Page>
  );
}
