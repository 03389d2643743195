import { join } from 'node:path';
import type { Ground, Grounds } from './ground.ts';

interface LinkParts {
  grounds: Grounds;
  /** Paths that are known to be no links; those met are added. */
  plain: Set<string>;
  /** Asks the far ground itself where a path leads. */
  far(ground: Ground, path: string): Promise<string>;
}

/** As many as the kernel follows. */
const maxLinks = 40;

/**
 * The same path with no link left in it, found name by name, so that a link to a
 * mount that is gone is seen before anything there is asked.
 */
export async function resolveLinks(
  path: string,
  link: (path: string) => string | undefined,
  { grounds, plain, far }: LinkParts,
): Promise<string> {
  let rest = partsOf(path);
  let at = '/';
  let links = 0;
  for (let name = rest.shift(); name !== undefined; name = rest.shift()) {
    const next = join(at, name);
    const ground = grounds.of(next);
    if (ground.kind === 'far') return far(ground, join(next, ...rest));
    const target = plain.has(next) ? undefined : link(next);
    if (target === undefined) {
      plain.add(next);
      at = next;
      continue;
    }
    links += 1;
    if (links > maxLinks) throw Object.assign(new Error('links that lead nowhere'), { code: 'ELOOP' });
    rest = [...partsOf(target), ...rest];
    if (target.startsWith('/')) at = '/';
  }
  return at;
}

function partsOf(path: string): string[] {
  return path.split('/').filter((part) => part !== '');
}
