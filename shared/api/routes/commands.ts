import { batchAnswerSchema, batchPreviewSchema, batchQuestionSchema, newBatchSchema } from '../batches.ts';
import {
  clearedQueueSchema,
  commandViewSchema,
  newCommandSchema,
  releaseAnswerSchema,
  releaseQuestionSchema,
  retireDeviceSchema,
  statedReasonSchema,
} from '../commands.ts';
import { deviceViewSchema } from '../devices.ts';
import { pageQuerySchema, pageSchema } from '../page.ts';
import { emptySchema, type Route, roles } from './route.ts';

const { administrator, leaders, readers } = roles;

/** Orders: one device or many, approval, the queue. Which role may order which kind stands at the kind (shared/command/kinds.ts). */
export const commandRoutes = {
  listCommands: {
    method: 'get',
    path: '/devices/{id}/commands',
    summary: 'Orders given to a device, newest first',
    who: readers,
    query: pageQuerySchema,
    status: 200,
    answer: pageSchema(commandViewSchema),
  },
  orderCommand: {
    method: 'post',
    path: '/devices/{id}/commands',
    summary:
      'Orders something of a device; queued, and carried out when it is reached. What destroys needs the password again; wipe and retire the device’s name too',
    who: leaders,
    body: newCommandSchema,
    status: 202,
    answer: commandViewSchema,
  },
  clearQueue: {
    method: 'post',
    path: '/devices/{id}/commands/clear',
    summary: 'Cancels every order of a device that has not left the server',
    who: administrator,
    body: statedReasonSchema,
    status: 200,
    answer: clearedQueueSchema,
  },
  showCommand: {
    method: 'get',
    path: '/commands/{id}',
    summary: 'An order with every move it made',
    who: readers,
    status: 200,
    answer: commandViewSchema,
  },
  cancelCommand: {
    method: 'post',
    path: '/commands/{id}/cancel',
    summary: 'Cancels an order that has not left the server',
    who: administrator,
    body: emptySchema,
    status: 200,
    answer: commandViewSchema,
  },
  approveCommand: {
    method: 'post',
    path: '/commands/{id}/approve',
    summary: 'A second administrator approves an order that waits for it; the asker cannot',
    who: administrator,
    confirmed: true,
    body: emptySchema,
    status: 200,
    answer: commandViewSchema,
  },
  declineCommand: {
    method: 'post',
    path: '/commands/{id}/decline',
    summary: 'Says no to an order that waits for approval',
    who: administrator,
    body: statedReasonSchema,
    status: 200,
    answer: commandViewSchema,
  },
  listApprovals: {
    method: 'get',
    path: '/approvals',
    summary: 'Orders that wait for a second administrator',
    who: readers,
    query: pageQuerySchema,
    status: 200,
    answer: pageSchema(commandViewSchema),
  },
  previewBatch: {
    method: 'post',
    path: '/command-batches/preview',
    summary: 'What an order to many devices would do, with names and numbers; orders nothing',
    who: leaders,
    body: batchQuestionSchema,
    status: 200,
    answer: batchPreviewSchema,
  },
  orderBatch: {
    method: 'post',
    path: '/command-batches',
    summary: 'Orders the same of many devices, as it was previewed',
    who: leaders,
    body: newBatchSchema,
    status: 202,
    answer: batchAnswerSchema,
  },
  answerReleaseChallenge: {
    method: 'post',
    path: '/devices/{id}/release-code',
    summary: 'The code that releases a locked device without a network, for the challenge it shows; on record',
    who: leaders,
    body: releaseQuestionSchema,
    status: 200,
    answer: releaseAnswerSchema,
  },
  retireDevice: {
    method: 'post',
    path: '/devices/{id}/retire',
    summary: 'Takes a device that will not come back out of the fleet: its certificate is revoked, its history kept',
    who: administrator,
    confirmed: true,
    body: retireDeviceSchema,
    status: 200,
    answer: deviceViewSchema,
  },
} as const satisfies Record<string, Route>;
