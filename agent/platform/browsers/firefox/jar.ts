import { z } from 'zod';

const attributesSchema = z.object({
  userContextId: z.coerce.number().catch(0),
  partitionKey: z.string().catch(''),
});

/**
 * Which of Firefox's cookies are sent together: those of one container, and of one
 * site's pages. Written `^userContextId=2&partitionKey=%28https%2Cexample.com%29` in
 * the database of cookies, and as an object in the session.
 */
export function jarOfSuffix(suffix: string): string {
  return jarOf(Object.fromEntries(new URLSearchParams(suffix.replace(/^\^/, ''))));
}

export function jarOfJson(text: string): string {
  try {
    return jarOf(JSON.parse(text));
  } catch {
    return text;
  }
}

function jarOf(attributes: unknown): string {
  const { userContextId, partitionKey } = attributesSchema
    .catch({ userContextId: 0, partitionKey: '' })
    .parse(attributes);
  return `${userContextId} ${partitionKey}`;
}
