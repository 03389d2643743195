import { join } from 'node:path';
import type { Ground, Grounds } from './ground.ts';

interface LinkParts {
  grounds: Grounds;
  /** Paths that are known to be no links; those met are added. */
  plain: Set<string>;
  /** Of paths that were resolved before on these grounds: every name on the way. Those met are added. */
  ways: Map<string, readonly string[]>;
  /** Asks the far ground itself where a path leads. */
  far(ground: Ground, path: string): Promise<string>;
}

/** As many as the kernel follows. */
const maxLinks = 40;

/**
 * The same path with no link left in it, found name by name, so that a link to a
 * mount that is gone is seen before anything there is asked. Told at once, or thrown,
 * wherever nothing far is met: a round resolves dozens of paths.
 */
export function resolveLinks(
  path: string,
  link: (path: string) => string | undefined,
  parts: LinkParts,
): string | Promise<string> {
  const { plain, ways } = parts;
  const way = ways.get(path) ?? nearWay(path, parts.grounds);
  if (way !== undefined) {
    ways.set(path, way);
    let isPlain = true;
    for (const step of way) {
      isPlain = plain.has(step) || link(step) === undefined;
      if (!isPlain) break;
      plain.add(step);
    }
    if (isPlain) return way.at(-1) ?? path;
  }
  return followLinks(path, link, parts);
}

/** Every name on a way that lies on near ground from end to end; undefined: it does not. */
function nearWay(path: string, grounds: Grounds): readonly string[] | undefined {
  const way: string[] = [];
  for (const part of partsOf(path)) way.push(join(way.at(-1) ?? '/', part));
  return way.some((step) => grounds.of(step).kind === 'far') ? undefined : way;
}

function followLinks(
  path: string,
  link: (path: string) => string | undefined,
  { grounds, plain, far }: LinkParts,
): string | Promise<string> {
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
