import type { FilterProvider } from '../../../shared/report/filtering.ts';
import type { Proof } from './proof.ts';

/**
 * Which filter it is, for the manager to recognise; the state never hangs on it.
 * A filter that showed itself to be the resolver is named first. "Nowhere"
 * (0.0.0.0) is Cloudflare's own answer and also that of many others, so it names
 * Cloudflare only where NextDNS does not say that it is in use. `own`: it blocks,
 * and is none of those we know.
 */
export async function nameProvider(
  { state, candidates, inUse }: Pick<Proof, 'state' | 'candidates' | 'inUse'>,
  isNextDns: () => Promise<boolean | undefined>,
): Promise<FilterProvider | null> {
  if (state === 'off') return null;
  const shown = candidates.find((filter) => inUse.includes(filter));
  if (shown !== undefined) return shown;
  const [first] = candidates;
  if (first !== undefined && first !== 'cloudflare-families') return first;
  if (inUse[0] !== undefined) return inUse[0];
  return (await isNextDns()) === true ? 'nextdns' : (first ?? 'own');
}
