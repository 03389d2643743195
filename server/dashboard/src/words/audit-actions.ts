import { type AuditAction, auditActionSchema } from '../../../../shared/api/audit-actions.ts';
import { type SecurityEventCode, securityEventCodeSchema } from '../../../../shared/api/safeguards.ts';
import { securityWords } from './security.ts';
import { capital } from './time.ts';

type SecurityAction = `security.${SecurityEventCode}`;

/** What each code of the audit log says; whoever did it is named behind it. */
const words = {
  'administrator.added': 'Administrator added',
  'administrator.refused': 'Administrator not added: it was refused',
  'audit.exported': 'Audit log downloaded',
  'audit.key-made': 'The key that signs the audit log was made',
  'batch.ordered': 'Ordered of many devices at once',
  'command.awaiting-approval': 'Order given; it waits for a second administrator',
  'command.queued': 'Order queued for the device',
  'command.sent': 'Order sent to the device',
  'command.received': 'Order received by the device',
  'command.started': 'Order begun on the device',
  'command.verified': 'Order done, and verified by the device',
  'command.failed': 'Order failed on the device',
  'command.refused': 'Order refused',
  'command.deferred': 'Order put off',
  'command.expired': 'Order ran out of time',
  'command.cancelled': 'Order cancelled',
  'command.superseded': 'Order replaced by a later one',
  'command.declined': 'Approval of an order refused',
  'confirmation.refused': 'Wrong password given when it was asked for again',
  'csrf.refused': 'An act refused that came from a page that is not ours',
  'delivery.given-up': 'A notice could not be delivered, and was given up',
  'device.changed': 'What is said of a device was changed',
  'device.enrolled': 'Device joined the fleet',
  'device.retired': 'Device left the fleet',
  'device.revoked': 'Device’s certificate withdrawn: it cannot speak for itself any more',
  'device.wiped': 'Device left the fleet, wiped',
  'enrolment-link.made': 'Link made for a device to join',
  'enrolment.refused': 'A device was refused that tried to join',
  'hold.lifted': 'Hold lifted',
  'hold.set': 'Hold set',
  'incident-log.exported': 'Log of incidents downloaded',
  'incidents.record-begun': 'The signed record of incidents was begun',
  'invitation.made': 'Invitation made',
  'invitation.revoked': 'Invitation withdrawn',
  'invitation.throttled': 'Too many tries at an invitation link, slowed down',
  'notify-rules.changed': 'Who is told of what was changed',
  'password.changed': 'Password changed',
  'person.changed': 'Role changed',
  'person.joined': 'Person joined',
  'person.left': 'Person left the setting',
  'person.reset': 'Link made to reset somebody’s account',
  'person.reset-done': 'Account reset',
  'policy.changed': 'Rules changed',
  'queue.cleared': 'Waiting orders of a device cancelled',
  'recovery-codes.made': 'Recovery codes made anew',
  'release-code.told': 'Release code told over the telephone',
  'report-form.changed': 'The short form for reports was changed',
  'report-form.code-renewed': 'The code on the poster was renewed',
  'second-factor.off': 'Second factor turned off',
  'second-factor.on': 'Second factor turned on',
  'security-event.seen': 'Security event looked at',
  'set-up-link.made': 'Link made to set the server up',
  'set-up.done': 'Server set up',
  'set-up.refused': 'Setting the server up was refused',
  'set-up.throttled': 'Too many tries at setting the server up, slowed down',
  'setting.made': 'Setting made',
  'sign-in.confirmed': 'Password given again',
  'sign-in.done': 'Signed in',
  'sign-in.ended': 'Signed out, or a sign-in ended',
  'sign-in.refused': 'Sign-in refused',
  'sign-in.switched': 'Went to another setting',
  'sign-in.throttled': 'Too many wrong passwords, slowed down',
  'test-mail.sent': 'Test e-mail sent',
  'token.added': 'API token made',
  'token.revoked': 'API token withdrawn',
  'webhook.made': 'Webhook added',
  'webhook.removed': 'Webhook removed',
  'webhook.tested': 'Webhook tested',
} as const satisfies Record<Exclude<AuditAction, SecurityAction>, string>;

/** An entry's code in words; one of a later server than this page as far as its own letters say: "hold.moved" is "Hold: moved". */
export function actionWords(action: string): string {
  const known = auditActionSchema.safeParse(action).data;
  if (known !== undefined) return isOfSecurity(known) ? eventWords(known) : words[known];
  const [noun = '', ...rest] = action.replaceAll('-', ' ').split('.');
  return capital(rest.length === 0 ? noun : `${noun}: ${rest.join(' ')}`);
}

function isOfSecurity(action: AuditAction): action is SecurityAction {
  return action.startsWith('security.');
}

function eventWords(action: SecurityAction): string {
  return `Security event: ${securityWords(securityEventCodeSchema.parse(action.slice('security.'.length))).title}`;
}
