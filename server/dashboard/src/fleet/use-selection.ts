import { useCallback, useMemo, useState } from 'react';
import type { DeviceView } from '../../../../shared/api/devices.ts';

/** Which devices are ticked in the list, and how that changes. */
export interface Selection {
  ids: ReadonlySet<string>;
  toggle: (id: string) => void;
  /** Ticks all that are shown, or none. */
  toggleAll: () => void;
  isAll: boolean;
}

/** Only devices that are shown count as selected: nobody orders something of what they do not see. */
export function useSelection(
  shown: readonly DeviceView[],
  mayOrder: boolean,
): { selected: DeviceView[]; selection: Selection | undefined } {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  const selected = useMemo(() => shown.filter(({ id }) => ids.has(id)), [shown, ids]);
  const toggle = useCallback((id: string) => {
    setIds((before) => {
      const next = new Set(before);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  }, []);
  const isAll = selected.length === shown.length;
  const toggleAll = () => setIds(isAll ? new Set() : new Set(shown.map(({ id }) => id)));
  return { selected, selection: mayOrder ? { ids, toggle, toggleAll, isAll } : undefined };
}
