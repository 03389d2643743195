const withToken = ['/set-up', '/invitation'];

/**
 * The token of a link's fragment (set-up, invitation), taken out of the address
 * bar so that nobody reads it there or finds it in the history.
 */
export function takeLinkToken(location: Location, history: History): string | undefined {
  if (!withToken.includes(location.pathname)) return undefined;
  const token = new URLSearchParams(location.hash.slice(1)).get('token') ?? undefined;
  if (location.hash !== '') history.replaceState(null, '', location.pathname);
  return token;
}
