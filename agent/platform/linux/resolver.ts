import { lookup, Resolver } from 'node:dns/promises';
import type { NameAnswer } from './filter-verdict.ts';

/** The questions that proving a filter needs. None of them throws. */
export interface NameResolver {
  /** IPv4 addresses by the network's own resolver, past the hosts file. */
  addresses(name: string): Promise<NameAnswer>;
  /** The name that this one stands for, if it does. */
  aliases(name: string): Promise<readonly string[]>;
  /** Whether a text record exists. */
  hasText(name: string): Promise<boolean>;
  /** IPv4 addresses as any program on the device gets them, the hosts file included. */
  asPrograms(name: string): Promise<NameAnswer>;
}

const timeoutMs = 2_000;
/** The system's own look-up knows no time limit; its answer is only a second opinion. */
const programsTimeoutMs = 3_000;

/**
 * Asks the resolvers of the network the device is on now: a new one for each
 * round, for they change with the network.
 */
export function createNameResolver(signal: AbortSignal, servers?: readonly string[]): NameResolver {
  const resolver = new Resolver({ timeout: timeoutMs, tries: 1 });
  if (servers !== undefined) resolver.setServers(servers);
  signal.addEventListener('abort', () => resolver.cancel(), { once: true });
  return {
    addresses: (name) => resolver.resolve4(name).then(toAnswer, toDenial),
    aliases: (name) => resolver.resolveCname(name).catch(() => []),
    hasText: (name) =>
      resolver.resolveTxt(name).then(
        (records) => records.length > 0,
        () => false,
      ),
    asPrograms: (name) =>
      inTime(
        lookup(name, { family: 4, all: true }).then((found) => toAnswer(found.map(({ address }) => address)), toDenial),
      ),
  };
}

function toAnswer(addresses: readonly string[]): NameAnswer {
  return { kind: 'addresses', addresses };
}

/** A name that does not exist, or has no address, was answered; everything else is no answer. */
function toDenial(error: unknown): NameAnswer {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return { kind: code === 'ENOTFOUND' || code === 'ENODATA' ? 'not-found' : 'nothing' };
}

function inTime(answer: Promise<NameAnswer>): Promise<NameAnswer> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve({ kind: 'nothing' }), programsTimeoutMs);
    void answer.then((value) => {
      clearTimeout(timer);
      resolve(value);
    });
  });
}
