import { connect } from 'node:net';
import { z } from 'zod';
import { until } from './processes.ts';

/** QEMU's own console (QMP): one JSON text per line. Events are not kept. */
export interface Monitor {
  /** What the command returned; an error with QEMU's own words when it refused. */
  ask(command: string, args?: Record<string, unknown>): Promise<unknown>;
  close(): void;
}

const messageSchema = z.object({
  id: z.number().optional(),
  return: z.unknown().optional(),
  error: z.object({ desc: z.string() }).optional(),
});

const answerWithinMs = 60_000;

/** Waits until the machine listens. */
export async function openMonitor(path: string): Promise<Monitor> {
  const { value: socket } = await until('the machine’s monitor', () => connected(path), { withinMs: 30_000 });
  const waiting = new Map<number, (message: z.infer<typeof messageSchema>) => void>();
  let text = '';
  let count = 0;
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (text + chunk).split('\n');
    text = lines.pop() ?? '';
    for (const line of lines.filter((each) => each.trim() !== '')) {
      const message = messageSchema.parse(JSON.parse(line));
      if (message.id !== undefined) waiting.get(message.id)?.(message);
    }
  });

  async function ask(command: string, args: Record<string, unknown> = {}): Promise<unknown> {
    count += 1;
    const id = count;
    const answer = await new Promise<z.infer<typeof messageSchema>>((resolve, reject) => {
      const limit = setTimeout(() => reject(new Error(`the machine did not answer ${command}`)), answerWithinMs);
      waiting.set(id, (message) => {
        clearTimeout(limit);
        resolve(message);
      });
      socket.write(`${JSON.stringify({ execute: command, arguments: args, id })}\n`);
    }).finally(() => waiting.delete(id));
    if (answer.error !== undefined) throw new Error(`${command}: ${answer.error.desc}`);
    return answer.return;
  }

  await ask('qmp_capabilities');
  return { ask, close: () => socket.destroy() };
}

function connected(path: string) {
  return new Promise<ReturnType<typeof connect>>((resolve, reject) => {
    const socket = connect(path, () => {
      socket.off('error', reject);
      // The machine may be killed while it is still listened to.
      socket.on('error', () => {});
      resolve(socket);
    });
    socket.once('error', reject);
  });
}
