import { lookup, Resolver } from 'node:dns/promises';
import type { NameAnswer } from './verdict.ts';

/** One who can be asked for names. Never throws. */
export interface NameAsker {
  /** Its address, where it is one server. */
  readonly server?: string;
  /** Whether "no such name" is told apart from "no answer". */
  readonly deniesSurely: boolean;
  addresses(name: string, family: 4 | 6): Promise<NameAnswer>;
  /** The names that this one stands for, if it does. */
  aliases(name: string): Promise<readonly string[]>;
  /** Whether a text record exists. */
  hasText(name: string): Promise<boolean>;
}

/** Everybody on the device who can be asked for a name. */
export interface NetworkNames {
  /** The resolvers of the network, each on its own: which of them a program meets is chance. */
  readonly servers: readonly NameAsker[];
  /** The addresses of both families, as any program gets them from the system. */
  asPrograms(name: string): Promise<NameAnswer>;
}

const timeoutMs = 2_000;
/** The system's own look-up knows no time limit; its answer is only a second opinion. */
const programsTimeoutMs = 3_000;
/** More than any network hands out; the rest would only cost time. */
const maxServers = 6;

/** Addresses Windows writes where no resolver is set: nobody has them. */
const placeholders = /^\[?fec0:0:0:ffff::[123]\b/i;

/** The resolvers the system is set to now: they change with the network. */
export function systemServers(): string[] {
  return new Resolver().getServers().filter((server) => !placeholders.test(server));
}

/** Asks these servers, past the hosts file and without any search domain; `limitMs` is for one answer. */
export function createNetworkNames(
  signal: AbortSignal,
  servers: readonly string[] = systemServers(),
  limitMs = timeoutMs,
): NetworkNames {
  return {
    servers: [...new Set(servers)].slice(0, maxServers).map((server) => createServerAsker(signal, server, limitMs)),
    asPrograms,
  };
}

function createServerAsker(signal: AbortSignal, server: string, limitMs: number): NameAsker {
  const resolver = new Resolver({ timeout: limitMs, tries: 1 });
  try {
    resolver.setServers([server]);
  } catch {
    // Not an address c-ares takes (one with a zone): what it would answer is not known.
    return mute(server);
  }
  signal.addEventListener('abort', () => resolver.cancel(), { once: true });
  const listed = (addresses: readonly string[]): NameAnswer => ({ kind: 'addresses', addresses });
  return {
    server,
    deniesSurely: true,
    addresses: (name, family) =>
      (family === 4 ? resolver.resolve4(name) : resolver.resolve6(name)).then(listed, toDenial),
    aliases: (name) => resolver.resolveCname(name).catch(() => []),
    hasText: (name) =>
      resolver.resolveTxt(name).then(
        (records) => records.length > 0,
        () => false,
      ),
  };
}

function mute(server: string): NameAsker {
  return {
    server,
    deniesSurely: true,
    addresses: async () => ({ kind: 'nothing' }),
    aliases: async () => [],
    hasText: async () => false,
  };
}

/** The system's look-ups as an asker: where its resolvers may not be asked by themselves. */
export function askerOfPrograms(names: Pick<NetworkNames, 'asPrograms'>): NameAsker {
  return {
    deniesSurely: false,
    addresses: async (name, family) => (family === 4 ? names.asPrograms(name) : { kind: 'not-found' }),
    aliases: async () => [],
    hasText: async () => false,
  };
}

/**
 * The last dot keeps the system from trying the name below its search domains:
 * no name may be asked for that was not meant.
 */
function asPrograms(name: string): Promise<NameAnswer> {
  const found = lookup(`${name}.`, { all: true }).then(
    (list): NameAnswer => ({ kind: 'addresses', addresses: list.map(({ address }) => address) }),
    toDenial,
  );
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve({ kind: 'nothing' }), programsTimeoutMs);
    void found.then((value) => {
      clearTimeout(timer);
      resolve(value);
    });
  });
}

/** A name that does not exist, or has no address, was answered; everything else is no answer. */
function toDenial(error: unknown): NameAnswer {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return { kind: code === 'ENOTFOUND' || code === 'ENODATA' ? 'not-found' : 'nothing' };
}
