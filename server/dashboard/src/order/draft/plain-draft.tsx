import { kindMeaning } from '../../words/order-kinds.ts';
import { checked, type DraftProps } from './draft.ts';

/** Orders that need nothing said but why. */
export function RefreshDraft({ children }: DraftProps) {
  return children({
    order: () => checked({ kind: 'refresh', args: {} }),
    submit: 'Look again',
    fields: () => <p>{kindMeaning('refresh')}</p>,
  });
}

export function ReleaseDraft({ children }: DraftProps) {
  return children({
    order: () => checked({ kind: 'release', args: {} }),
    submit: 'Release',
    fields: () => (
      <p>
        {kindMeaning('release')} A device that cannot reach the network does not hear of it: release that one by
        telephone.
      </p>
    ),
  });
}

export function RetireDraft({ children }: DraftProps) {
  return children({
    order: () => checked({ kind: 'retire', args: {} }),
    submit: 'Retire it',
    fields: () => (
      <p>
        {kindMeaning('retire')} Hometime removes its own keys from the device and can no longer see or order anything
        there. To use it again, add it anew. Wipe it first if what is on it must go.
      </p>
    ),
  });
}
