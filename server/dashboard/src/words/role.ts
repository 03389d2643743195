import { type Role, roleSchema } from '../../../../shared/api/people.ts';
import { commandKinds } from '../../../../shared/command/kinds.ts';
import { listOf } from '../../../../shared/words.ts';

const titles: { readonly [Name in Role]: string } = {
  manager: 'Manager',
  deputy: 'Deputy',
  administrator: 'Administrator',
  'safeguarding-lead': 'Safeguarding lead',
  staff: 'Staff',
  committee: 'Committee or inspector',
};

const meanings: { readonly [Name in Role]: string } = {
  manager: 'Sees everything, names devices, sends messages and releases locked devices',
  deputy: 'As a manager, without the record of who did what',
  administrator: 'Adds devices and people, changes the rules, and gives every order',
  'safeguarding-lead': 'Sees everything, and may hold what could be evidence so that nothing is deleted',
  staff: 'Sees how the devices stand, and nothing about people or incidents',
  committee: 'Reads everything, for a limited time',
};

export function roleTitle(role: Role): string {
  return titles[role];
}

/** What a role is for, in one line. */
export function roleMeaning(role: Role): string {
  return meanings[role];
}

/** Every role, as a choice. */
export const roleChoices = roleSchema.options.map((role) => ({ value: role, label: titles[role] }));

/** Those who may, for "Only … can": "an administrator", "a manager, a deputy or an administrator". */
export function whoMay(roles: readonly Role[]): string {
  const said = roles.map((role) => {
    const title = titles[role].toLowerCase();
    return `${/^[aeiou]/.test(title) ? 'an' : 'a'} ${title}`;
  });
  return listOf(said, 'or');
}

/** Those who may order something of this kind, in words. */
export function whoMayOrder(kind: keyof typeof commandKinds): string {
  return whoMay(commandKinds[kind].who);
}
