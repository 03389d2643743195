import { isDeepStrictEqual } from 'node:util';
import type { Policy } from '../../shared/policy/document.ts';
import { listOf } from '../../shared/words.ts';
import { partsInWords } from './part-words.ts';

/** What stands in a list of the policy: what it is called in a sentence, and its items by the name a manager gave them. */
interface NamedList {
  what: string;
  items: (policy: Policy) => { key: string; name: string; whole: unknown }[];
}

const lists: readonly NamedList[] = [
  {
    what: 'Networks of your own',
    items: ({ networks }) =>
      networks.map((network) => ({ key: network.gatewayHardwareAddress, name: network.label, whole: network })),
  },
  {
    what: 'Beacons',
    items: ({ beacons }) => beacons.map((beacon) => ({ key: beacon.key, name: beacon.label, whole: beacon })),
  },
  {
    what: 'Closed days',
    items: ({ opening }) =>
      opening.closures.map((closure) => ({
        key: `${closure.from} ${closure.to}`,
        name: `${closure.label} (${closure.from === closure.to ? closure.from : `${closure.from} to ${closure.to}`})`,
        whole: closure,
      })),
  },
  {
    what: 'Apps that are looked for',
    items: ({ apps }) => apps.apps.map((app) => ({ key: app.app, name: app.name, whole: app })),
  },
];

/**
 * What one policy asks otherwise than another, a sentence each, in the order of the page of rules. Never empty
 * of two that differ: what has no words of its own is said to have changed all the same.
 */
export function changesInWords(before: Policy, after: Policy): string[] {
  const parts = partsInWords.flatMap(({ what, say }) => {
    const [was, is] = [say(before), say(after)];
    return was === is ? [] : [`${what}: ${is} (before: ${was})`];
  });
  const said = [...parts, ...lists.flatMap((list) => listChanges(list, before, after))];
  if (!isDeepStrictEqual(before.filterTests, after.filterTests))
    said.push('The names that prove the web filter are others');
  if (said.length > 0 || isDeepStrictEqual(before, after)) return said;
  return ['A part of the rules changed for which there are no words here'];
}

function listChanges({ what, items }: NamedList, before: Policy, after: Policy): string[] {
  const [was, is] = [items(before), items(after)];
  const added = is.filter(({ key }) => !was.some((one) => one.key === key));
  const gone = was.filter(({ key }) => !is.some((one) => one.key === key));
  const other = is.filter(({ key, whole }) =>
    was.some((one) => one.key === key && !isDeepStrictEqual(one.whole, whole)),
  );
  const names = (some: typeof was) => listOf(some.map(({ name }) => `“${name}”`));
  return [
    ...(added.length > 0 ? [`${what}: ${names(added)} added`] : []),
    ...(gone.length > 0 ? [`${what}: ${names(gone)} taken out`] : []),
    ...(other.length > 0 ? [`${what}: ${names(other)} changed`] : []),
  ];
}
