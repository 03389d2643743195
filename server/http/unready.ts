import { StatedError } from '../../shared/api/errors.ts';
import { type RouteName, routes } from '../../shared/api/routes.ts';
import type { Handlers } from './handlers.ts';

/** Stands where handlers are still to come: refuses. */
export function unready(): Handlers {
  const refuse = () => Promise.reject(new StatedError('not-found', 'This server cannot do this yet.'));
  return Object.fromEntries((Object.keys(routes) as RouteName[]).map((name) => [name, refuse])) as unknown as Handlers;
}
