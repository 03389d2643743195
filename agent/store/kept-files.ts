import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Log, messageOf } from '../../shared/log.ts';

/** Small texts in DATA/kept, one file each, for the agent's own user alone. */
export interface KeptFiles {
  /** undefined: there is none, or it cannot be read. */
  read(name: string): Promise<string | undefined>;
  /** Replaces the text in one step. A disk that takes none costs the memory of it, never the agent. */
  write(name: string, text: string): Promise<void>;
}

/** The folder of the kept texts, in the data folder. */
export const keptFolder = 'kept';

/** What must be there after a power cut: the rules by which a device guards itself. The rest is found out again. */
const lasting: ReadonlySet<string> = new Set(['settings', 'settings-spare']);

export function createKeptFiles({ dataFolder, log }: { dataFolder: string; log: Log }): KeptFiles {
  const folder = join(dataFolder, keptFolder);
  return {
    read: (name) => readFile(join(folder, name), 'utf8').catch(() => undefined),
    async write(name, text) {
      const draft = join(folder, `.${name}.${randomUUID()}`);
      try {
        await mkdir(folder, { mode: 0o700 }).catch(() => {});
        const file = await open(draft, 'wx', 0o600);
        try {
          await file.writeFile(text);
          if (lasting.has(name)) await file.sync();
        } finally {
          await file.close();
        }
        await rename(draft, join(folder, name));
      } catch (error) {
        log.warn('not-kept', { kind: name, error: messageOf(error) });
        await rm(draft, { force: true }).catch(() => {});
      }
    },
  };
}
