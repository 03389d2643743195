/** How many questions a beacon answers in a window: a room of tablets that come back at once, and no flood. */
export const rateLimits = { windowMs: 10_000, all: 1_000, ofOneSender: 30 } as const;

/**
 * Whether a question may be answered: at most so many in a window, so many from one sender, and each nonce once.
 * What is remembered is forgotten with its window, and never more than `all` entries.
 * @param steady milliseconds that only ever rise.
 */
export function createRate(
  steady: () => number,
  limits: { windowMs: number; all: number; ofOneSender: number } = rateLimits,
): (sender: string, nonce: Buffer) => boolean {
  let began = Number.NEGATIVE_INFINITY;
  let senders = new Map<string, number>();
  let nonces = new Set<string>();
  return (sender, nonce) => {
    if (steady() - began >= limits.windowMs) {
      began = steady();
      senders = new Map();
      nonces = new Set();
    }
    const before = senders.get(sender) ?? 0;
    const name = nonce.toString('base64');
    if (nonces.size >= limits.all || before >= limits.ofOneSender || nonces.has(name)) return false;
    senders.set(sender, before + 1);
    nonces.add(name);
    return true;
  };
}
