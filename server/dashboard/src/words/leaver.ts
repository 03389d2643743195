import type { z } from 'zod';
import type { leaverViewSchema } from '../../../../shared/api/people.ts';
import { counted } from '../../../../shared/words.ts';

type Left = z.infer<typeof leaverViewSchema>;

/** What ended at once with somebody who left. */
export function leaverEnded({ sessionsEnded, tokensRevoked, invitationsRevoked, otherSettings }: Left): string[] {
  return [
    `${counted(sessionsEnded, 'sign-in')} to Hometime`,
    `${counted(tokensRevoked, 'API token')}`,
    `${counted(invitationsRevoked, 'invitation')} that nobody had taken`,
    ...(otherSettings === 0 ? [] : [`Only here: they still belong to ${counted(otherSettings, 'other setting')}`]),
  ];
}

/** What no server can do, and somebody has to. */
export function leaverToDo(name: string, { openOrders }: Left): string[] {
  return [
    `Close ${name}’s account in Famly and in every other app with children’s data`,
    `Log ${name} out of the devices, and take their name off those that are assigned to them`,
    `Change passwords and codes that ${name} knew and others share: tablets, Wi-Fi, doors`,
    `Ask for keys and devices back`,
    ...(openOrders.length === 0
      ? []
      : [
          `Decide about ${counted(openOrders.length, 'order')} of theirs that still ${openOrders.length === 1 ? 'goes' : 'go'} on`,
        ]),
  ];
}
