import { finding, hourMs, type Rule } from './rule.ts';

/** DEV6 and every other rule: a device that does not speak cannot be said to be safe. */
export const silence: Rule = ({ facts, policy, now }) => {
  const last = facts.lastSeenAt ?? facts.enrolledAt;
  if (last === null) return [];
  const hours = Math.floor((Date.parse(now) - Date.parse(last)) / hourMs);
  if (hours < policy.silentAfterHours) return [];
  const text = `Nothing has been heard from this device for ${hours >= 48 ? `${Math.floor(hours / 24)} days` : `${hours} hours`}.`;
  return [finding('silent', text, 'Find the device, switch it on and connect it to the network.')];
};
