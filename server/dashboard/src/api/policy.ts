import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import type { PolicyView } from '../../../../shared/api/policy.ts';
import { defaultAppList, type ListedApp } from '../../../../shared/policy/app-list.ts';
import type { Policy } from '../../../../shared/policy/document.ts';
import { useBackend } from './backend.ts';
import { keys } from './keys.ts';

/** The setting's rules; undefined until they have come. */
export function usePolicy(): Policy | undefined {
  const { call } = useBackend();
  return useQuery({ queryKey: keys.policy, queryFn: () => call('showPolicy', {}), staleTime: 60_000 }).data?.policy;
}

/** Changes a part of the rules as they are at this moment; what the reason is kept for is the list of versions. */
export function useChangePolicy() {
  const { call } = useBackend();
  const cache = useQueryClient();
  return async (change: (policy: Policy) => Partial<Policy>, reason: string): Promise<PolicyView> => {
    const { version, policy } = await call('showPolicy', {});
    const body = { basedOn: version, reason, policy: { ...policy, ...change(policy) } };
    const changed = await call('changePolicy', { body });
    cache.setQueryData(keys.policy, changed);
    void cache.invalidateQueries();
    return changed;
  };
}

/** Every version of the rules, newest first, a page at a time. */
export function usePolicyVersions() {
  const { call } = useBackend();
  return useInfiniteQuery({
    queryKey: keys.policyVersions,
    queryFn: ({ pageParam }) => call('listPolicyVersions', { query: { limit: 10, ...pageParam } }),
    initialPageParam: {},
    getNextPageParam: (page) => (page.nextCursor === null ? undefined : { cursor: page.nextCursor }),
  });
}

/** The setting's apps with their names; until the policy has come, those everybody has. */
export function useAppList(): readonly ListedApp[] {
  return usePolicy()?.apps.apps ?? defaultAppList.apps;
}
