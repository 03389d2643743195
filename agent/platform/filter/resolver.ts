import { lookup, Resolver } from 'node:dns/promises';
import { createPace, type Pace } from './pace.ts';
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
/** What a resolver that counts questions lets through, with as much again for programs on the device. */
const usualPace: Pace = { together: 8, apartMs: 100 };
/** More than any network hands out; the rest would only cost time. */
const maxServers = 6;

/** Addresses Windows writes where no resolver is set: nobody has them. */
const placeholders = /^\[?fec0:0:0:ffff::[123]\b/i;

/** The resolvers the system is set to now: they change with the network. */
export function systemServers(): string[] {
  return new Resolver().getServers().filter((server) => !placeholders.test(server));
}

interface Patience {
  /** For one answer. */
  limitMs?: number;
  /** Of the questions to one server, and again of those the system's way. */
  pace?: Pace;
}

/** Asks these servers, past the hosts file and without any search domain. */
export function createNetworkNames(
  signal: AbortSignal,
  servers: readonly string[] = systemServers(),
  { limitMs = timeoutMs, pace = usualPace }: Patience = {},
): NetworkNames {
  const turn = createPace(pace);
  return {
    servers: [...new Set(servers)]
      .slice(0, maxServers)
      .map((server) => createServerAsker(signal, server, limitMs, createPace(pace))),
    asPrograms: async (name) => {
      // Such a look-up asks in both families.
      await turn();
      await turn();
      return signal.aborted ? { kind: 'nothing' } : asPrograms(name);
    },
  };
}

function createServerAsker(signal: AbortSignal, server: string, limitMs: number, turn: () => Promise<void>): NameAsker {
  const first = resolverOf(server, limitMs);
  // Not an address c-ares takes (one with a zone): what it would answer is not known.
  if (first === undefined) return mute(server);
  const usual = first;
  const inUse = new Set([usual]);
  const cancel = () => {
    for (const resolver of inUse) resolver.cancel();
  };
  signal.addEventListener('abort', cancel, { once: true });
  let hasAnswered = false;

  async function inTurn<Value>(resolver: Resolver, ask: (resolver: Resolver) => Promise<Value>): Promise<Value> {
    await turn();
    signal.throwIfAborted();
    return ask(resolver);
  }

  /** One packet that was lost is no silence; but who never answered is not waited for twice. */
  async function answer<Value>(ask: (resolver: Resolver) => Promise<Value>): Promise<Value> {
    try {
      const value = await inTurn(usual, ask);
      hasAnswered = true;
      return value;
    } catch (error) {
      if (!isTimeout(error)) hasAnswered = true;
      // c-ares waits half the time for who was quick before: hence a new one.
      const again = isTimeout(error) && hasAnswered ? resolverOf(server, limitMs) : undefined;
      if (again === undefined) throw error;
      inUse.add(again);
      return await inTurn(again, ask).finally(() => inUse.delete(again));
    }
  }

  return {
    server,
    deniesSurely: true,
    addresses: (name, family) =>
      answer((resolver) => (family === 4 ? resolver.resolve4(name) : resolver.resolve6(name))).then(
        (addresses): NameAnswer => ({ kind: 'addresses', addresses }),
        toDenial,
      ),
    aliases: (name) => answer((resolver) => resolver.resolveCname(name)).catch(() => []),
    hasText: (name) =>
      answer((resolver) => resolver.resolveTxt(name)).then(
        (records) => records.length > 0,
        () => false,
      ),
  };
}

/** undefined: no address that can be asked. */
function resolverOf(server: string, limitMs: number): Resolver | undefined {
  const resolver = new Resolver({ timeout: limitMs, tries: 1 });
  try {
    resolver.setServers([server]);
  } catch {
    return undefined;
  }
  return resolver;
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

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

function isTimeout(error: unknown): boolean {
  return codeOf(error) === 'ETIMEOUT';
}

/** A name that does not exist, or has no address, was answered; everything else is no answer. */
function toDenial(error: unknown): NameAnswer {
  const code = codeOf(error);
  return { kind: code === 'ENOTFOUND' || code === 'ENODATA' ? 'not-found' : 'nothing' };
}
