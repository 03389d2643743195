import { useQuery } from '@tanstack/react-query';
import { defaultAppList, type ListedApp } from '../../../../shared/policy/app-list.ts';
import { useBackend } from './backend.ts';
import { keys } from './keys.ts';

/** The setting's apps with their names; until the policy has come, those everybody has. */
export function useAppList(): readonly ListedApp[] {
  const { call } = useBackend();
  const policy = useQuery({ queryKey: keys.policy, queryFn: () => call('showPolicy', {}), staleTime: 60_000 });
  return policy.data?.apps.apps ?? defaultAppList.apps;
}
