import { z } from 'zod';
import { freeText } from '../free-text.ts';
import { idSchema } from '../names.ts';

/** Roles of people: in the database, never renamed. */
export const roleSchema = z.enum(['manager', 'administrator']);
export type Role = z.infer<typeof roleSchema>;

export const emailSchema = z
  .email()
  .max(254)
  .transform((email) => email.toLowerCase());
export const personNameSchema = freeText("the person's own name, shown beside what they ordered", { max: 80 });

/** Twelve characters or more; length is what helps, so no rule about kinds of characters. */
export const passwordSchema = z.string().min(12, 'must have at least 12 characters').max(200);

/** Body of `POST /set-up`: makes the first administrator, once, with the token of the set-up link. */
export const setUpSchema = z.strictObject({
  token: z.string().min(1).max(100),
  settingName: freeText('what the setting is called', { max: 100 }),
  name: personNameSchema,
  email: emailSchema,
  password: passwordSchema,
});
export type SetUp = z.infer<typeof setUpSchema>;

/** Body of `POST /session`. */
export const signInSchema = z.strictObject({ email: emailSchema, password: z.string().min(1).max(200) });
export type SignIn = z.infer<typeof signInSchema>;

/** Who is signed in. Every request with the session cookie that changes something carries `csrfToken` in the header `x-csrf-token`. */
export const sessionViewSchema = z.strictObject({
  personId: idSchema,
  name: z.string(),
  email: z.string(),
  role: roleSchema,
  settingName: z.string(),
  csrfToken: z.string(),
});
export type SessionView = z.infer<typeof sessionViewSchema>;

/** Answer of `GET /set-up`: whether the first administrator is still to be made. */
export const setUpViewSchema = z.strictObject({ needed: z.boolean() });
