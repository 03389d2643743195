import type { ErrorCode } from '../../shared/api/errors.ts';

export type EnrolmentFaultCode =
  | 'link-not-valid'
  | 'unreachable'
  | 'not-a-server'
  | 'wrong-fingerprint'
  | 'server-not-genuine'
  | 'timed-out'
  | 'refused'
  | 'answer-not-understood'
  | 'grant-not-ours'
  | 'not-stored';

/** Enrolment did not happen. The message says what is wrong and what to do; an identity from before is untouched. */
export class EnrolmentFault extends Error {
  override readonly name = 'EnrolmentFault';
  readonly code: EnrolmentFaultCode;
  /** The server's own code, when the server refused. */
  readonly refusal: ErrorCode | undefined;
  constructor(code: EnrolmentFaultCode, message: string, options: { refusal?: ErrorCode; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.refusal = options.refusal;
  }
}
