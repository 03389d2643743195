import type { ErrorCode } from '../../shared/api/errors.ts';

/** What came of one message. */
export type Delivery<Answer extends object = object> =
  /** The server has committed it. */
  | ({ state: 'done' } & Answer)
  /** No answer, or one that says nothing about the message itself: send it again. */
  | { state: 'later' }
  /** The server will never take this message as it is. */
  | { state: 'refused'; code: ErrorCode; message: string };

/** Errors that are about the message; every other one is about the server, the connection or the moment. */
const aboutTheMessage: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'not-valid',
  'not-json',
  'too-large',
  'unknown-message',
  'not-found',
  'conflict',
  'illegal-move',
  'wrong-device',
  'report-from-the-future',
]);

export function isAboutTheMessage(code: ErrorCode): boolean {
  return aboutTheMessage.has(code);
}
