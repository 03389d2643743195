import type { Role } from '../../../../shared/api/people.ts';
import { type Route, type RouteName, routes } from '../../../../shared/api/routes.ts';
import { useSession } from './queries.ts';

/** Whether a role may call a route: the contract's own rule, which the server holds to. */
export function mayCall(name: RouteName, role: Role): boolean {
  const { who }: Route = routes[name];
  return who === 'nobody-needed' || who.includes(role);
}

/** The same for whoever is signed in; nothing while that is not known. */
export function useMay(): (name: RouteName) => boolean {
  const role = useSession().data?.role;
  return (name) => role !== undefined && mayCall(name, role);
}
