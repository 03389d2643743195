/** What an assertion expected and what it got, as text; empty where the error is of another kind. */
export function generateDiff(error) {
  if (error === null || typeof error !== 'object' || !('expected' in error) || !('actual' in error)) return '';
  return `\n  expected ${text(error.expected)}\n  actual   ${text(error.actual)}`;
}

function text(value) {
  try {
    return (JSON.stringify(value, undefined, 2) ?? String(value)).slice(0, 4_000);
  } catch {
    return String(value);
  }
}
