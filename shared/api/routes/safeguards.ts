import { statedReasonSchema } from '../commands.ts';
import { pageQuerySchema, pageSchema } from '../page.ts';
import {
  auditEntryViewSchema,
  auditVerificationSchema,
  exportQuerySchema,
  holdViewSchema,
  newHoldSchema,
  securityEventViewSchema,
} from '../safeguards.ts';
import { emptySchema, type Route, roles } from './route.ts';

const { administrator, leaders, readers, safeguardingLead } = roles;
const recordReaders = ['manager', 'administrator', 'safeguarding-lead', 'committee'] as const;

/** Holds, security events and the audit log. */
export const safeguardRoutes = {
  listHolds: {
    method: 'get',
    path: '/holds',
    summary: 'Holds in force and lifted, newest first',
    who: readers,
    query: pageQuerySchema,
    status: 200,
    answer: pageSchema(holdViewSchema),
  },
  setHold: {
    method: 'post',
    path: '/holds',
    summary: 'Refuses wipe and photo clearing on a device, or in the whole setting, until it is lifted',
    who: safeguardingLead,
    body: newHoldSchema,
    status: 201,
    answer: holdViewSchema,
  },
  liftHold: {
    method: 'post',
    path: '/holds/{id}/lift',
    summary: 'Lifts a hold',
    who: safeguardingLead,
    body: statedReasonSchema,
    status: 200,
    answer: holdViewSchema,
  },
  listSecurityEvents: {
    method: 'get',
    path: '/security-events',
    summary: 'What may be an attack, newest first',
    who: readers,
    query: pageQuerySchema,
    status: 200,
    answer: pageSchema(securityEventViewSchema),
  },
  markSecurityEventSeen: {
    method: 'post',
    path: '/security-events/{id}/seen',
    summary: 'Says that somebody has looked at a security event',
    who: leaders,
    body: emptySchema,
    status: 200,
    answer: securityEventViewSchema,
  },
  listAudit: {
    method: 'get',
    path: '/audit',
    summary: 'The setting’s audit log, newest first',
    who: recordReaders,
    query: pageQuerySchema,
    status: 200,
    answer: pageSchema(auditEntryViewSchema),
  },
  exportAudit: {
    method: 'get',
    path: '/audit/export',
    summary: 'The whole audit log as CSV or JSON Lines, oldest first',
    who: recordReaders,
    query: exportQuerySchema,
    status: 200,
    answer: 'download',
  },
  verifyAudit: {
    method: 'get',
    path: '/audit/verification',
    summary: 'Checks that no entry of the audit log was changed, added or taken out',
    who: [...administrator, 'manager', 'safeguarding-lead'],
    status: 200,
    answer: auditVerificationSchema,
  },
} as const satisfies Record<string, Route>;
