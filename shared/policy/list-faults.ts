import type { AppList } from './app-list.ts';
import type { FilterTest } from './filter-tests.ts';

/** One thing wrong with a list that somebody sends, where it is, and what to do in plain words. */
export interface ListFault {
  path: (string | number)[];
  message: string;
}

/** Four numbers with points between them: an address, and no name. */
const address = /^\d+(\.\d+){3}$/;
/** Below these, countries sell names to everybody: "co.uk" would take in every shop of a kingdom. */
const soldBelow = /^(co|com|org|net|ac|gov|edu|ltd|plc|me|nhs|sch|nom|asso|gob|mil)\.[a-z]{2}$/;
/** Never in the network (RFC 2606, RFC 6761, RFC 6762): a denial of these proves nothing. */
const neverThere = /(^|\.)(invalid|test|localhost|example|local|onion|alt|internal|home\.arpa)$/;
/** These answer everywhere, by design: they are what a test is held against. */
const controls = /(^|\.)example\.(com|net|org)$/;

/**
 * What of an app list cannot be meant. Kept apart from the schema: a list that was
 * stored or signed before must still be read.
 */
export function appListFaults({ apps }: AppList): ListFault[] {
  const takenBy = new Map<string, string>();
  return apps.flatMap(({ name, hosts }, index) =>
    hosts.flatMap((host, place) => {
      const message = hostFault(host) ?? sharingFault(takenBy.get(host), name);
      if (!takenBy.has(host)) takenBy.set(host, name);
      return message === undefined ? [] : [{ path: ['apps', index, 'hosts', place], message }];
    }),
  );
}

function hostFault(host: string): string | undefined {
  if (address.test(host)) return 'is an address; write the name of the host';
  return soldBelow.test(host) ? `stands for everything below ${host}; write the app’s own host` : undefined;
}

function sharingFault(takenBy: string | undefined, name: string): string | undefined {
  if (takenBy === name) return `is named twice for ${name}; leave one out`;
  return takenBy === undefined ? undefined : `is named for ${takenBy} already; a host can belong to one app only`;
}

/** What of filter tests cannot prove a filter (DEV5). */
export function filterTestFaults(tests: readonly FilterTest[]): ListFault[] {
  const faults: ListFault[] = [];
  const seen = new Set<string>();
  for (const [index, { name }] of tests.entries()) {
    const path = [index, 'name'];
    if (neverThere.test(name))
      faults.push({
        path,
        message: 'can exist nowhere, so a network without any filter seems to block it; write a name that is there',
      });
    if (controls.test(name))
      faults.push({ path, message: 'is reachable everywhere; write a name that your filter blocks' });
    if (address.test(name)) faults.push({ path, message: 'is an address; write a name that your filter blocks' });
    if (seen.has(name)) faults.push({ path, message: 'is tested twice; leave one out' });
    seen.add(name);
  }
  const filters = [...new Set(tests.map(({ filter }) => filter))];
  // A maker's filter that stops less than all harm may stand beside one that could be "on".
  const canBeOn = filters.filter((filter) => {
    const classes = new Set(tests.flatMap((test) => (test.filter === filter ? [test.category] : [])));
    return classes.has('adult') && classes.size > 1;
  });
  if (canBeOn.length === 0 || (filters.includes('own') && !canBeOn.includes('own')))
    faults.push({
      path: [],
      message:
        'can never show filtering to be on: name at least one site for adults and one of another class (malware, phishing, botnet or other) for your filter',
    });
  return faults;
}
