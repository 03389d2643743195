/** The token of a set-up link's fragment, taken out of the address bar so that nobody reads it there or finds it in the history. */
export function takeSetUpToken(location: Location, history: History): string | undefined {
  if (location.pathname !== '/set-up') return undefined;
  const token = new URLSearchParams(location.hash.slice(1)).get('token') ?? undefined;
  if (location.hash !== '') history.replaceState(null, '', location.pathname);
  return token;
}
