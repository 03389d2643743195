import type { DeviceEffect, FindingEffect, NamedDevices, PolicyEffects } from '../../shared/api/policy.ts';
import { type FindingCode, findingCatalogue } from '../../shared/policy/findings.ts';

/** Names beside a number: all of a nursery, the first of a county. */
const mostNames = 50;

/** Adds up what a policy would do over all devices: each sum counts them all and names the first. */
export function createSums() {
  const [blocked, letGo] = [createNamed(), createNamed()];
  const appears = new Map<FindingCode, ReturnType<typeof createNamed>>();
  const disappears = new Map<FindingCode, ReturnType<typeof createNamed>>();

  const note = (sums: typeof appears, code: FindingCode, name: string): void => {
    const named = sums.get(code) ?? createNamed();
    sums.set(code, named);
    named.add(name);
  };
  return {
    add: ({ name, guard, ...effect }: DeviceEffect): void => {
      if (guard === 'blocks') blocked.add(name);
      if (guard === 'lets-go') letGo.add(name);
      for (const { code } of effect.appears) note(appears, code, name);
      for (const { code } of effect.disappears) note(disappears, code, name);
    },
    all: (): Pick<PolicyEffects, 'blocked' | 'letGo' | 'appears' | 'disappears'> => ({
      blocked: blocked.all(),
      letGo: letGo.all(),
      appears: inOrder(appears),
      disappears: inOrder(disappears),
    }),
  };
}

function createNamed() {
  const names: string[] = [];
  let count = 0;
  return {
    add: (name: string): void => {
      count += 1;
      if (names.length < mostNames) names.push(name);
    },
    all: (): NamedDevices => ({ count, names }),
  };
}

/** In the order of the catalogue, as everywhere. */
function inOrder(sums: ReadonlyMap<FindingCode, { all: () => NamedDevices }>): FindingEffect[] {
  const order = Object.keys(findingCatalogue);
  return [...sums]
    .sort(([one], [other]) => order.indexOf(one) - order.indexOf(other))
    .map(([code, named]) => {
      const { severity, misuse } = findingCatalogue[code];
      return { code, severity, misuse, devices: named.all() };
    });
}
