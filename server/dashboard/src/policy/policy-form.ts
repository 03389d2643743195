import type { UseFormReturnType } from '@mantine/form';
import type { Draft } from './draft.ts';

/** The one form of the page of rules; each part of it edits its own fields. */
export type PolicyForm = UseFormReturnType<Draft>;
