import type { ReactNode } from 'react';
import type { CommandKind } from '../../../../../shared/command/kinds.ts';
import { ClearPhotosDraft } from './clear-photos-draft.tsx';
import type { DraftProps } from './draft.ts';
import { LockDraft } from './lock-draft.tsx';
import { LogOutDraft } from './log-out-draft.tsx';
import { MessageDraft } from './message-draft.tsx';
import { RefreshDraft, ReleaseDraft, RetireDraft } from './plain-draft.tsx';
import { SignOutDraft } from './sign-out-draft.tsx';
import { WipeDraft } from './wipe-draft.tsx';

/** The fields of every kind of order: a kind without them does not compile. */
export const drafts: { readonly [Kind in CommandKind]: (props: DraftProps) => ReactNode } = {
  logout: LogOutDraft,
  'sign-out-app': SignOutDraft,
  lock: LockDraft,
  release: ReleaseDraft,
  message: MessageDraft,
  refresh: RefreshDraft,
  'clear-photos': ClearPhotosDraft,
  wipe: WipeDraft,
  retire: RetireDraft,
};
