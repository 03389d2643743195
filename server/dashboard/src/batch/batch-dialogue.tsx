import { useEffect, useState } from 'react';
import type { DeviceFilter } from '../../../../shared/api/batches.ts';
import type { CommandKind } from '../../../../shared/command/kinds.ts';
import { drafts } from '../order/draft/drafts.ts';
import { Dialogue } from '../page/dialogue.tsx';
import { kindOfOrder } from '../words/order-kinds.ts';
import { BatchForm } from './batch-form.tsx';
import { BatchProgress, type Ordered } from './batch-progress.tsx';

interface BatchDialogueProps {
  /** undefined: closed. */
  kind: CommandKind | undefined;
  filter: DeviceFilter;
  whom: string;
  onClose: () => void;
}

/** One order to many devices: filled in, shown as a dry run, given, followed. */
export function BatchDialogue({ kind, filter, whom, onClose }: BatchDialogueProps) {
  // Which devices were meant is fixed when the window opens: the list under it goes on changing.
  const [shown, setShown] = useState<{ kind: CommandKind; filter: DeviceFilter; whom: string }>();
  const [ordered, setOrdered] = useState<Ordered>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: only opening counts, as said above.
  useEffect(() => {
    if (kind !== undefined) setShown({ kind, filter, whom });
  }, [kind]);
  const DraftOf = shown === undefined ? undefined : drafts[shown.kind];
  return (
    <Dialogue
      opened={kind !== undefined}
      onClose={onClose}
      onGone={() => {
        setOrdered(undefined);
        setShown(undefined);
      }}
      title={shown === undefined ? '' : `${kindOfOrder(shown.kind)}: ${shown.whom}`}
    >
      {ordered !== undefined && <BatchProgress ordered={ordered} onClose={onClose} />}
      {ordered === undefined && shown !== undefined && DraftOf !== undefined && (
        <DraftOf device={undefined}>
          {(draft) => <BatchForm draft={draft} filter={shown.filter} onOrdered={setOrdered} onCancel={onClose} />}
        </DraftOf>
      )}
    </Dialogue>
  );
}
