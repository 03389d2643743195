import { z } from 'zod';

/** Every error an outsider can meet: its HTTP status. Codes are never renamed. */
export const errorCatalogue = {
  'not-valid': 400,
  'not-json': 400,
  'too-large': 413,
  'not-signed-in': 401,
  'wrong-credentials': 401,
  'code-required': 401,
  'wrong-code': 401,
  forbidden: 403,
  'confirm-password': 403,
  'second-factor-required': 403,
  'csrf-token-missing': 403,
  'not-found': 404,
  'method-not-allowed': 405,
  conflict: 409,
  held: 409,
  'fleet-changed': 409,
  'too-many-devices': 400,
  'link-used': 410,
  'link-expired': 410,
  'link-unknown': 404,
  'wrong-device': 403,
  'certificate-request-not-valid': 400,
  'certificate-revoked': 403,
  'certificate-required': 401,
  'set-up-done': 409,
  'too-many-tries': 429,
  'unknown-message': 400,
  'protocol-not-supported': 400,
  'hello-first': 409,
  'wrong-epoch': 409,
  'report-from-the-future': 400,
  'illegal-move': 409,
  'storage-failed': 503,
  internal: 500,
} as const satisfies Record<string, number>;

export type ErrorCode = keyof typeof errorCatalogue;
export const errorCodeSchema = z.enum(Object.keys(errorCatalogue) as ErrorCode[]);

/** What stands inside `{error: …}` of every refused request, and in every refused socket message. */
export const errorBodySchema = z.strictObject({
  code: errorCodeSchema,
  /** What is wrong and what to do, in plain words. */
  message: z.string().max(2_000).meta({ freeText: 'our own sentence about the error' }),
  /** Which field is wrong, and how. */
  fields: z
    .record(
      z.string().meta({ freeText: 'the name of a field of ours' }),
      z.string().meta({ freeText: 'our own sentence about the field' }),
    )
    .optional(),
});
export type ErrorBody = z.infer<typeof errorBodySchema>;

export const errorAnswerSchema = z.strictObject({ error: errorBodySchema });

/** An error meant for the one who asked: thrown anywhere, answered at the edge with its code, never with its stack. */
export class StatedError extends Error {
  override readonly name = 'StatedError';
  readonly code: ErrorCode;
  readonly fields: Record<string, string> | undefined;
  constructor(code: ErrorCode, message: string, options: { fields?: Record<string, string>; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.fields = options.fields;
  }

  /** The shape that travels. */
  body(): ErrorBody {
    return { code: this.code, message: this.message, ...(this.fields === undefined ? {} : { fields: this.fields }) };
  }
}

/** The fault of each field, by its dotted name, from a failed parse. */
export function fieldFaults(error: z.ZodError): Record<string, string> {
  const faults: Record<string, string> = {};
  for (const issue of error.issues) faults[issue.path.join('.') || '(whole)'] ??= issue.message;
  return faults;
}
