import type { AnyEvidence, CommandKind } from './kinds.ts';

/**
 * Whether what the device saw when it looked again shows that the order was
 * carried out. The server asks this of every "verified": the word alone is not enough.
 */
export function proves(kind: CommandKind, evidence: AnyEvidence): boolean {
  return proofs[kind](evidence);
}

const proofs: { readonly [Kind in CommandKind]: (evidence: AnyEvidence) => boolean } = {
  logout: (evidence) => 'after' in evidence && evidence.after.length === 0,
  refresh: (evidence) => 'sections' in evidence,
};
