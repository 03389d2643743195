import { randomUUID } from 'node:crypto';
import type { ReadText } from './proc.ts';

/** The kernel's own identifier of this boot; random for each start of the agent where the kernel tells none. */
export function createBootId(read: ReadText): () => Promise<string> {
  const substitute = randomUUID();
  return async () => {
    const text = (await read('/proc/sys/kernel/random/boot_id'))?.trim();
    return text !== undefined && /^[0-9a-f-]{36}$/.test(text) ? text : substitute;
  };
}
