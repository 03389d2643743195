import {
  reportFormSchema,
  reportFormViewSchema,
  reportLookSchema,
  reportOfferSchema,
  reportReceiptSchema,
  shortReportSchema,
} from '../incident-bodies.ts';
import { emptySchema, type Route, roles } from './route.ts';

const { safeguardingLead } = roles;

/** The short form without an account (INC4): the safeguarding lead's, so that nobody whom it may be about can switch it off. */
export const reportFormRoutes = {
  showReportForm: {
    method: 'get',
    path: '/report-form',
    summary: 'Whether the form is on, and what stands on its poster',
    who: safeguardingLead,
    status: 200,
    answer: reportFormViewSchema,
  },
  changeReportForm: {
    method: 'put',
    path: '/report-form',
    summary: 'Switches the form on or off, and says where it answers',
    who: safeguardingLead,
    body: reportFormSchema,
    status: 200,
    answer: reportFormViewSchema,
  },
  renewReportCode: {
    method: 'post',
    path: '/report-form/code',
    summary: 'Makes a new code: the old poster is worth nothing from then on',
    who: safeguardingLead,
    body: emptySchema,
    status: 200,
    answer: reportFormViewSchema,
  },
  lookAtReportForm: {
    method: 'post',
    path: '/report/look',
    summary: 'Whose form a poster’s code opens',
    who: 'nobody-needed',
    limitsItself: true,
    unseen: true,
    body: reportLookSchema,
    status: 200,
    answer: reportOfferSchema,
  },
  sendReport: {
    method: 'post',
    path: '/report',
    summary: 'Reports what somebody saw, with or without a name; no address is kept',
    who: 'nobody-needed',
    limitsItself: true,
    unseen: true,
    body: shortReportSchema,
    status: 201,
    answer: reportReceiptSchema,
  },
} as const satisfies Record<string, Route>;
