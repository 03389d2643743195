import type { z } from 'zod';
import type { Role } from '../../api/people.ts';

/**
 * What is lost when a command was a mistake. `nothing`: people sign in again.
 * `files`: photos are gone. `device`: the device, or everything on it, is gone.
 */
export type Loss = 'nothing' | 'files' | 'device';

/** One kind of command: all that executor, queue, button and documentation derive from. */
export interface Kind<Args extends z.ZodType, Evidence extends z.ZodType> {
  args: Args;
  /** What the device saw: before it acted, and when it looked again. Counts, states and times. */
  evidence: Evidence;
  /**
   * Whether what the device saw shows that the order was carried out. The server asks
   * this of every "verified": the word alone is not enough.
   */
  proves(evidence: z.infer<Evidence>): boolean;
  /** How long it may wait for the device before it is expired, in milliseconds. */
  expiresAfterMs: number;
  /** Roles that may order it. */
  who: readonly Role[];
  loss: Loss;
  /** One sentence for people: what it does. */
  summary: string;
}

/** Ties the parts of one kind to each other's types. */
export function defineKind<Args extends z.ZodType, Evidence extends z.ZodType>(
  kind: Kind<Args, Evidence>,
): Kind<Args, Evidence> {
  return kind;
}

export const minute = 60 * 1000;
export const hour = 60 * minute;
export const day = 24 * hour;
