import { z } from 'zod';

/** Who was involved, by what they are here: never by their whole name. */
export const involvedRoleSchema = z.enum([
  'child',
  'parent',
  'staff',
  'volunteer',
  'student',
  'manager',
  'deputy',
  'safeguarding-lead',
  'committee',
  'visitor',
  'other',
]);

/** One to four letters, with dots if somebody likes: enough to tell people of one setting apart, too little for a name. */
export const initialsSchema = z
  .string()
  .regex(/^(\p{Lu}\.?){1,4}$/u, 'one to four capital letters, such as AB or A.B.; not a whole name or an address');

export const involvedSchema = z.strictObject({ role: involvedRoleSchema, initials: initialsSchema.nullable() });
export type Involved = z.infer<typeof involvedSchema>;
export const involvedListSchema = z.array(involvedSchema).max(20);
