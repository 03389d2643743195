import { useQuery } from '@tanstack/react-query';
import { defaultAppList, type ListedApp } from '../../../../shared/policy/app-list.ts';
import type { Policy } from '../../../../shared/policy/document.ts';
import { useBackend } from './backend.ts';
import { keys } from './keys.ts';

/** The setting's rules; undefined until they have come. */
export function usePolicy(): Policy | undefined {
  const { call } = useBackend();
  return useQuery({ queryKey: keys.policy, queryFn: () => call('showPolicy', {}), staleTime: 60_000 }).data;
}

/** The setting's apps with their names; until the policy has come, those everybody has. */
export function useAppList(): readonly ListedApp[] {
  return usePolicy()?.apps.apps ?? defaultAppList.apps;
}
