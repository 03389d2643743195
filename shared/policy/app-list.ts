import { z } from 'zod';
import { freeText } from '../free-text.ts';
import { appIdSchema } from '../report/apps.ts';

/** A host name, in lower case: "app.famly.co". It stands for itself and everything below it. */
export const hostNameSchema = z
  .string()
  .max(253, 'is too long for a host name')
  .regex(
    /^(?=.*\.)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/,
    'is no host name; write it as in app.famly.co: small letters, no https:// in front and nothing behind',
  );

/** The name of a cookie or of a key in a browser's local storage: what is looked for, never what it holds. */
const storedNameSchema = z.string().regex(/^[A-Za-z0-9_.:$-]{1,80}$/);

export const listedAppSchema = z.strictObject({
  app: appIdSchema,
  /** As the manager knows it. */
  name: freeText('the name of an app, as its maker writes it', { max: 40, separators: 'allowed' }),
  /** `nursery`: the setting's own apps, to be signed out each day (DEV2); `social` and `webmail`: personal use (DEV13). */
  kind: z.enum(['nursery', 'social', 'webmail']),
  hosts: z.array(hostNameSchema).min(1).max(20),
  /** All of these together are a sign-in. Empty, with no keys either: any lasting cookie or storage of the hosts is *possible*. */
  cookies: z.array(storedNameSchema).max(10),
  /** Any of these is a sign-in. */
  localStorage: z.array(storedNameSchema).max(10),
  /** Android packages. Installed is not signed in: *possible*. */
  packages: z
    .array(
      z
        .string()
        .regex(/^[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)+$/)
        .max(120),
    )
    .max(10),
});
export type ListedApp = z.infer<typeof listedAppSchema>;

export const appListSchema = z
  .strictObject({ version: z.int().positive(), apps: z.array(listedAppSchema).max(64) })
  .refine(({ apps }) => new Set(apps.map(({ app }) => app)).size === apps.length, 'names an app twice');
export type AppList = z.infer<typeof appListSchema>;

const nothing = { cookies: [], localStorage: [], packages: [] };

/**
 * What is looked for until a setting has its own list (platforms.md section 3.1).
 * Where a sign-in's own names are not proven, none are given: the answer is then
 * *possible* and never *signed in*.
 */
export const defaultAppList: AppList = {
  version: 1,
  apps: [
    {
      ...nothing,
      app: 'famly',
      name: 'Famly',
      kind: 'nursery',
      hosts: ['app.famly.co'],
      localStorage: ['famly.accessToken'],
      packages: ['com.famly.famly'],
    },
    { ...nothing, app: 'tapestry', name: 'Tapestry', kind: 'nursery', hosts: ['tapestryjournal.com'] },
    { ...nothing, app: 'blossom', name: 'Blossom', kind: 'nursery', hosts: ['blossomeducational.com'] },
    {
      ...nothing,
      app: 'parentzone',
      name: 'ParentZone / Connect',
      kind: 'nursery',
      hosts: ['parentzone.me', 'connectchildcare.com'],
    },
    {
      ...nothing,
      app: 'facebook',
      name: 'Facebook',
      kind: 'social',
      hosts: ['facebook.com'],
      cookies: ['c_user', 'xs'],
      packages: ['com.facebook.katana'],
    },
    {
      ...nothing,
      app: 'instagram',
      name: 'Instagram',
      kind: 'social',
      hosts: ['instagram.com'],
      cookies: ['sessionid', 'ds_user_id'],
      packages: ['com.instagram.android'],
    },
    {
      ...nothing,
      app: 'gmail',
      name: 'Google Mail',
      kind: 'webmail',
      hosts: ['mail.google.com'],
      packages: ['com.google.android.gm'],
    },
    {
      ...nothing,
      app: 'outlook',
      name: 'Outlook.com',
      kind: 'webmail',
      hosts: ['outlook.live.com'],
      packages: ['com.microsoft.office.outlook'],
    },
    {
      ...nothing,
      app: 'yahoo-mail',
      name: 'Yahoo Mail',
      kind: 'webmail',
      hosts: ['mail.yahoo.com'],
      packages: ['com.yahoo.mobile.client.android.mail'],
    },
  ],
};

/**
 * Whether a store that could not be read may hide a sign-in to this app. Cookies hide
 * none of an app that is known to keep its sign-in elsewhere: a Chrome that runs on
 * Windows locks its cookies all day, and Famly keeps none there.
 */
export function mayHide(unread: { part?: 'cookies' | undefined }, { cookies, localStorage }: ListedApp): boolean {
  return unread.part !== 'cookies' || cookies.length > 0 || localStorage.length === 0;
}
