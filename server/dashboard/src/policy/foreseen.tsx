import { useQuery } from '@tanstack/react-query';
import type { Policy } from '../../../../shared/policy/document.ts';
import { useBackend } from '../api/backend.ts';
import { Trouble, Waiting } from '../page/trouble.tsx';
import { Effects } from './effects.tsx';

interface ForeseenProps {
  /** Stable for as long as the change says the same. */
  name: string;
  change: (policy: Policy) => Partial<Policy>;
}

/** What a small change of the rules as they are now would do to devices, before it is made; what it is stands above. */
export function Foreseen({ name, change }: ForeseenProps) {
  const { call } = useBackend();
  const asked = useQuery({
    queryKey: ['policy-effects', name],
    queryFn: async () => {
      const { policy } = await call('showPolicy', {});
      return call('tryPolicy', { body: { policy: { ...policy, ...change(policy) } }, query: { limit: 50 } });
    },
    gcTime: 0,
  });
  if (asked.isPending) return <Waiting what="Working out what this does to each of your devices…" />;
  if (asked.isError)
    return <Trouble what="It could not be worked out" error={asked.error} again={() => void asked.refetch()} />;
  return <Effects effects={asked.data} withRules={false} />;
}
