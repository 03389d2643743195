/**
 * The look of a fact. Colour is never the only sign: each tone has its own icon,
 * and words stand beside it. `good` is claimed only where the answer is known
 * and right; `unknown` never looks like it. `waiting`: something is on its way
 * and not done.
 */
export type Tone = 'good' | 'unknown' | 'warn' | 'bad' | 'plain' | 'waiting';

/** A fact in words: a short answer, and its look. */
export interface Said {
  text: string;
  tone: Tone;
}
