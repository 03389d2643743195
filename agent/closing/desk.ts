import { randomBytes } from 'node:crypto';
import { chmod, lstat, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { createConnection, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** Where people of this computer reach its agent: a folder that everybody may look into. */
export const sharedDesk = '/run/hometime';

const socketName = 'desk';
/** People put a file there to show who they are: they may make files and not list or remove those of others. */
const askFolder = 'ask';
const patienceMs = 10_000;

interface DeskParts {
  folder: string;
  /** Whether whoever has this number at the system is signed in. */
  isSignedIn(uid: number): Promise<boolean>;
  postpone(): Promise<string>;
}

/**
 * Lets people put the closing time off. Who asks is shown by a file that they make under a name they were just
 * told: the system writes down whose it is, and nobody can make one in another's name.
 */
export async function openDesk({ folder, isSignedIn, postpone }: DeskParts): Promise<() => void> {
  const ask = join(folder, askFolder);
  await mkdir(ask, { recursive: true });
  await chmod(folder, 0o755);
  await chmod(ask, 0o1733);
  for (const name of await readdir(ask)) await rm(join(ask, name), { force: true, recursive: true });
  const path = join(folder, socketName);
  await rm(path, { force: true });

  async function answer(token: string): Promise<string> {
    const file = join(ask, token);
    const made = await lstat(file).catch(() => undefined);
    await rm(file, { force: true, recursive: true });
    // A second name of somebody else's file would be theirs.
    if (made === undefined || !made.isFile() || made.nlink !== 1) return 'It could not be seen who asks.';
    if (!(await isSignedIn(made.uid))) return 'Only somebody who is signed in here can put it off.';
    return postpone();
  }

  const server = createServer((socket) => serve(socket, answer));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  await chmod(path, 0o666);
  return () => {
    server.close();
    void rm(path, { force: true }).catch(() => {});
  };
}

function serve(socket: Socket, answer: (token: string) => Promise<string>): void {
  const token = randomBytes(16).toString('hex');
  socket.setTimeout(patienceMs, () => socket.destroy());
  socket.on('error', () => socket.destroy());
  socket.write(`${token}\n`);
  socket.once('data', () => {
    answer(token).then(
      (sentence) => socket.end(`${sentence}\n`),
      () => socket.end('It could not be put off.\n'),
    );
  });
}

/** Asks the agent of this computer to put the closing time off; undefined: none listens there. */
export async function askToPostpone(folders: readonly string[]): Promise<string | undefined> {
  for (const folder of folders) {
    const said = await askAt(folder).catch(() => undefined);
    if (said !== undefined) return said;
  }
  return undefined;
}

async function askAt(folder: string): Promise<string> {
  const socket = createConnection(join(folder, socketName));
  socket.setTimeout(patienceMs, () => socket.destroy());
  const lines: string[] = [];
  try {
    for await (const line of createInterface({ input: socket })) {
      lines.push(line);
      if (lines.length > 1) continue;
      if (!/^[0-9a-f]{32}$/.test(line)) throw new Error('something else listens there');
      await writeFile(join(folder, askFolder, line), '', { flag: 'wx' });
      socket.write('postpone\n');
    }
  } finally {
    socket.destroy();
  }
  const [, said] = lines;
  if (said === undefined) throw new Error('no answer');
  return said;
}
