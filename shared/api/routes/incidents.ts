import { attachmentLimits } from '../../incident/entries.ts';
import { statedReasonSchema } from '../commands.ts';
import {
  assessmentSchema,
  attachmentQuerySchema,
  caseExportQuerySchema,
  caseHoldSchema,
  caseQuerySchema,
  confidentialitySchema,
  incidentQuerySchema,
  logExportQuerySchema,
  newConcernsSchema,
  newEntrySchema,
  newIncidentSchema,
  newOutcomeSchema,
  settledStepSchema,
} from '../incident-bodies.ts';
import {
  incidentCaseSchema,
  incidentCountsSchema,
  incidentVerificationSchema,
  incidentViewSchema,
} from '../incidents.ts';
import { pageSchema } from '../page.ts';
import { emptySchema, type Route, roles } from './route.ts';

const { everyone, safeguardingLead } = roles;
/** Who may be the one to look after a case: `handlerOrder` says when; of a case they do not look after they are told nothing. */
const handlers = ['safeguarding-lead', 'manager', 'deputy', 'administrator'] as const;
const reporters = [...handlers, 'staff'] as const;
const act = { method: 'post', status: 200, answer: incidentCaseSchema } as const;

/**
 * Cases. What each role sees of which case is `shared/incident/visibility.ts`; a case that the asker may not see
 * is `not-found`, in lists, counts, searches and exports it is not there.
 */
export const incidentRoutes = {
  listIncidents: {
    method: 'get',
    path: '/incidents',
    summary: 'Cases that the asker may see, latest first',
    who: everyone,
    query: incidentQuerySchema,
    status: 200,
    answer: pageSchema(incidentViewSchema),
  },
  countIncidents: {
    method: 'get',
    path: '/incidents/counts',
    summary: 'How many of them there are',
    who: everyone,
    status: 200,
    answer: incidentCountsSchema,
  },
  exportIncidentLog: {
    method: 'get',
    path: '/incidents/log',
    summary: 'The log of a period as CSV: one row a case',
    who: [...handlers, 'committee'],
    query: logExportQuerySchema,
    status: 200,
    answer: 'download',
  },
  verifyIncidents: {
    method: 'get',
    path: '/incidents/verification',
    summary: 'Checks that no entry and no attachment was changed, added or taken out',
    who: safeguardingLead,
    status: 200,
    answer: incidentVerificationSchema,
  },
  openIncident: {
    method: 'post',
    path: '/incidents',
    summary: 'Reports what a person saw',
    who: reporters,
    body: newIncidentSchema,
    status: 201,
    answer: incidentCaseSchema,
  },
  showIncident: {
    method: 'get',
    path: '/incidents/{id}',
    summary: 'One case; that it was looked at goes on record, once a day for each person',
    who: everyone,
    query: caseQuerySchema,
    status: 200,
    answer: incidentCaseSchema,
  },
  writeEntry: {
    ...act,
    path: '/incidents/{id}/entries',
    summary: 'Adds a narrative, an amendment, a summary that names nobody, or people involved',
    who: reporters,
    body: newEntrySchema,
  },
  addAttachment: {
    ...act,
    path: '/incidents/{id}/attachments',
    summary: 'Adds a file: pictures, PDF or plain text, 10 MB at most, 20 a case',
    who: reporters,
    query: attachmentQuerySchema,
    upload: { maxBytes: attachmentLimits.bytes },
  },
  readAttachment: {
    method: 'get',
    path: '/incidents/{id}/attachments/{digest}',
    summary: 'A file of a case, as it was given',
    who: handlers,
    status: 200,
    answer: 'download',
  },
  takeIncident: {
    ...act,
    path: '/incidents/{id}/take',
    summary: 'Says that somebody looks after the case now',
    who: handlers,
    body: emptySchema,
  },
  assessIncident: {
    ...act,
    path: '/incidents/{id}/assessment',
    summary: 'Says how grave it is and what the conduct was (INC5)',
    who: handlers,
    body: assessmentSchema,
  },
  signOffIncident: {
    ...act,
    path: '/incidents/{id}/sign-off',
    summary:
      'Signs the assessment, with the password given again: another person than who assessed, where there is one',
    who: handlers,
    confirmed: true,
    body: emptySchema,
  },
  decideOutcome: {
    ...act,
    path: '/incidents/{id}/outcomes',
    summary: 'Adds what follows: its steps are to be settled, and their clocks run',
    who: handlers,
    body: newOutcomeSchema,
  },
  settleStep: {
    ...act,
    path: '/incidents/{id}/steps',
    summary: 'Says that a step is done, or why it is not needed',
    who: handlers,
    body: settledStepSchema,
  },
  closeIncident: {
    ...act,
    path: '/incidents/{id}/close',
    summary: 'Closes a case that is over: assessed, signed, with an outcome whose steps are settled',
    who: handlers,
    body: statedReasonSchema,
  },
  restrictIncident: {
    ...act,
    path: '/incidents/{id}/confidentiality',
    summary: 'Has the case pass the manager and the deputy by, or, by the safeguarding lead, no longer',
    who: handlers,
    body: confidentialitySchema,
  },
  nameConcerned: {
    ...act,
    path: '/incidents/{id}/concerns',
    summary: 'Says whom the case is about: they see nothing of it from then on',
    who: handlers,
    body: newConcernsSchema,
  },
  holdFromIncident: {
    ...act,
    path: '/incidents/{id}/hold',
    summary: 'Sets a hold on the case’s device, or on the whole setting',
    who: safeguardingLead,
    body: caseHoldSchema,
  },
  exportIncident: {
    method: 'get',
    path: '/incidents/{id}/export',
    summary: 'The case as a PDF or JSON, with the proof of its chain; that it was exported goes on record',
    who: handlers,
    query: caseExportQuerySchema,
    status: 200,
    answer: 'download',
  },
} as const satisfies Record<string, Route>;
