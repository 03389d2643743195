import { z } from 'zod';
import type { Keeper } from '../keeper.ts';
import type { InstalledProgram } from './installed-program.ts';

/** What is known of each person's own programs, by an account's identifier. It stays on the device. */
type Kept = { [account: string]: { program: string; version: string | null }[] };

const keptSchema: z.ZodType<Kept> = z.record(
  z.string(),
  z.array(z.strictObject({ program: z.string(), version: z.string().nullable() })),
);

export interface PeoplePrograms {
  /**
   * Everybody's own programs: those that can be seen now, and of the others what was seen last.
   * @param seen the lists that can be seen now, by account
   * @param everybody all accounts there are; who is not in it has left. undefined: not known, so that nobody has left
   */
  look(
    seen: ReadonlyMap<string, readonly InstalledProgram[]>,
    everybody: readonly string[] | undefined,
  ): Promise<{
    found: InstalledProgram[];
    /** Of these, the ones in a list seen for the first time: nobody knows since when they are there. */
    firstSeen: InstalledProgram[];
    /** Accounts whose list was never seen. */
    unseen: string[];
  }>;
}

/**
 * Some systems keep a list of programs for each person, which can be read only while
 * that person is signed in. Without memory, everybody who leaves would seem to remove
 * their programs, and to install them again the next morning.
 */
export function createPeoplePrograms(parts: { keeper: Keeper; source: InstalledProgram['source'] }): PeoplePrograms {
  const { keeper, source } = parts;
  let text: string | undefined;
  let isRead = false;

  return {
    async look(seen, everybody) {
      if (!isRead) text = await keeper.read('people-programs');
      isRead = true;
      const before = parse(text) ?? {};
      const accounts = [...new Set([...(everybody ?? Object.keys(before)), ...seen.keys()])].sort();
      const next = follow(before, seen, accounts);
      const firstSeen = [...seen].flatMap(([account, list]) => (before[account] === undefined ? list : []));
      const after = JSON.stringify(next);
      if (after !== text) await keeper.write('people-programs', after);
      text = after;
      const found = Object.values(next).flatMap((list) => list.map((each) => ({ source, ...each })));
      return { found, firstSeen, unseen: accounts.filter((account) => next[account] === undefined) };
    },
  };
}

/** Each account's list as it is seen now, or else as it was seen last; none where it never was. */
function follow(
  before: Kept,
  seen: ReadonlyMap<string, readonly InstalledProgram[]>,
  accounts: readonly string[],
): Kept {
  const next: Kept = {};
  for (const account of accounts) {
    const list = seen.get(account)?.map(({ program, version }) => ({ program, version })) ?? before[account];
    if (list !== undefined) next[account] = list;
  }
  return next;
}

function parse(text: string | undefined): Kept | undefined {
  try {
    return text === undefined ? undefined : keptSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
