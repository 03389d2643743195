import type { z } from 'zod';
import { type ErrorBody, fieldFaults, StatedError } from '../../shared/api/errors.ts';
import { type Log, messageOf } from '../../shared/log.ts';
import type { Answer } from '../../shared/wire/messages.ts';
import { statedFrom } from '../http/answers.ts';

/**
 * Makes a listener that parses what came, answers through the callback the
 * sender gave, and never throws. What is not a callback is not called.
 */
export function answering<Message extends z.ZodType, Value>(
  log: Log,
  schema: Message,
  handle: (message: z.infer<Message>) => Promise<Value>,
  /** Told of a message that has not the shape, before the sender is. */
  garbled: (received: unknown) => Promise<void> = async () => {},
): (...received: unknown[]) => void {
  return (...received) => {
    const reply = replyOf(received);
    respond(log, schema, received[0], { handle, garbled }).then(reply, (error: unknown) => {
      log.error('message.failed', { error: messageOf(error) });
    });
  };
}

async function respond<Message extends z.ZodType, Value>(
  log: Log,
  schema: Message,
  received: unknown,
  {
    handle,
    garbled,
  }: { handle: (message: z.infer<Message>) => Promise<Value>; garbled: (received: unknown) => Promise<void> },
): Promise<Answer<Value>> {
  const parsed = schema.safeParse(received);
  if (!parsed.success) {
    const fields = fieldFaults(parsed.error);
    log.warn('message.refused', { code: 'not-valid' });
    await garbled(received).catch((error: unknown) => log.error('message.failed', { error: messageOf(error) }));
    return refusal({
      code: 'not-valid',
      message: 'The message does not have the shape this server knows. Update the agent if this goes on.',
      fields,
    });
  }
  try {
    return { ok: true, value: await handle(parsed.data) };
  } catch (error) {
    const stated = statedFrom(error);
    log.warn('message.refused', {
      code: stated.code,
      error: messageOf(error instanceof StatedError ? error : (stated.cause ?? error)),
    });
    return refusal(stated.body());
  }
}

function refusal(error: ErrorBody): { ok: false; error: ErrorBody } {
  return { ok: false, error };
}

/** The callback a sender gave as its last argument, or one that does nothing. */
export function replyOf(received: readonly unknown[]): (answer: unknown) => void {
  const last = received.at(-1);
  return typeof last === 'function' ? (answer) => last(answer) : () => {};
}
