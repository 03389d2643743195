import { useQuery } from '@tanstack/react-query';
import { useMay } from './allowed.ts';
import { useBackend } from './backend.ts';
import { keys } from './keys.ts';

/** The people of the setting, by name; nothing is asked for those who may not see them. */
export function usePeople() {
  const { call } = useBackend();
  const may = useMay();
  return useQuery({ queryKey: keys.people, queryFn: () => call('listPeople', {}), enabled: may('listPeople') });
}
