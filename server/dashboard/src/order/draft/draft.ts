import type { ReactNode } from 'react';
import type { DeviceView } from '../../../../../shared/api/devices.ts';
import { fieldFaults } from '../../../../../shared/api/errors.ts';
import { type CommandOrder, commandOrderSchema } from '../../../../../shared/command/kinds.ts';

/** What is wrong, by the name of the field. */
export type DraftFaults = Readonly<Record<string, string>>;

/** An order as somebody fills it in: its own fields, and what they come to. */
export interface Draft {
  /** The fields, with what is wrong at each. */
  fields: (faults: DraftFaults) => ReactNode;
  /** The order as it stands, or what has to be put right first. */
  order: () => { order: CommandOrder } | { faults: DraftFaults };
  /** What the button that gives it says. */
  submit: string;
}

export interface DraftProps {
  /** undefined: the order is for many devices, so nothing of one of them is offered. */
  device: DeviceView | undefined;
  children: (draft: Draft) => ReactNode;
}

/** The order if the contract takes it; otherwise the sentences of the faulty fields, by their names in the arguments. */
export function checked(
  order: CommandOrder,
  sentences: DraftFaults = {},
): { order: CommandOrder } | { faults: DraftFaults } {
  const parsed = commandOrderSchema.safeParse(order);
  if (parsed.success) return { order: parsed.data };
  const paths = Object.keys(fieldFaults(parsed.error)).map((path) => path.replace(/^args\./, ''));
  const faults = paths.map((path) => {
    const name = Object.keys(sentences).find((each) => path === each || path.startsWith(`${each}.`)) ?? path;
    return [name, sentences[name] ?? 'This cannot be ordered as it stands'];
  });
  return { faults: Object.fromEntries(faults) };
}
