import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useBackend } from '../api/backend.ts';
import { sentenceOf } from '../api/call.ts';
import { keys } from '../api/keys.ts';

/** Signs out at the server first; only then does the page forget what it knew. */
export function useSignOut() {
  const { call } = useBackend();
  const cache = useQueryClient();
  return useMutation({
    mutationFn: () => call('signOut', {}),
    onSuccess: () => {
      cache.setQueryData(keys.session, null);
      cache.removeQueries({ predicate: (query) => query.queryKey[0] !== keys.session[0] });
    },
    onError: (error) =>
      notifications.show({ color: 'red', title: 'You are still signed in', message: sentenceOf(error) }),
  });
}
