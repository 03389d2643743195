import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect } from 'chai';
import { askToPostpone, openDesk } from '../../../../agent/closing/desk.ts';
import { makeTempFolder } from '../../../support/temp-folder.ts';

async function createRig(isSignedIn: (uid: number) => boolean = () => true) {
  const folder = join(makeTempFolder(), 'desk');
  const asked: number[] = [];
  let count = 0;
  const close = await openDesk({
    folder,
    async isSignedIn(uid) {
      asked.push(uid);
      return isSignedIn(uid);
    },
    async postpone() {
      count += 1;
      return 'Put off.';
    },
  });
  return { folder, asked, close, count: () => count };
}

describe('the desk at which people put the closing time off', () => {
  it('takes who is signed in, by the file that the system says is theirs, and leaves none behind', async () => {
    const { folder, asked, close, count } = await createRig();
    expect(await askToPostpone([join(folder, 'nowhere'), folder])).to.equal('Put off.');
    expect(count()).to.equal(1);
    expect(asked).to.deep.equal([process.getuid?.()]);
    expect(statSync(join(folder, 'ask')).mode & 0o7777, 'made by all, listed by none').to.equal(0o1733);
    expect(statSync(join(folder, 'desk')).mode & 0o777).to.equal(0o666);
    close();
  });

  it('refuses who is not signed in, and says so when nobody listens', async () => {
    const { folder, close, count } = await createRig(() => false);
    expect(await askToPostpone([folder])).to.include('signed in');
    expect(count()).to.equal(0);
    close();
    expect(await askToPostpone([folder, makeTempFolder()])).to.equal(undefined);
  });

  it('believes nobody without a file, with a second name of another’s, or with a name of their own', async () => {
    const { folder, close, count } = await createRig();
    const say = (make: (token: string) => void) =>
      new Promise<string>((resolve, reject) => {
        const socket = createConnection(join(folder, 'desk'));
        const lines: string[] = [];
        socket.on('error', reject);
        createInterface({ input: socket })
          .on('line', (line) => {
            lines.push(line);
            if (lines.length > 1) return;
            make(line);
            socket.write('postpone\n');
          })
          .on('close', () => resolve(lines[1] ?? ''));
      });
    expect(await say(() => {})).to.include('could not be seen');
    expect(await say(() => writeFileSync(join(folder, 'ask', 'mine'), ''))).to.include('could not be seen');
    expect(await say((token) => void mkdirSync(join(folder, 'ask', token)))).to.include('could not be seen');
    const { linkSync } = await import('node:fs');
    writeFileSync(join(folder, 'another'), '');
    expect(await say((token) => linkSync(join(folder, 'another'), join(folder, 'ask', token)))).to.include(
      'could not be seen',
    );
    expect(count()).to.equal(0);
    expect(existsSync(join(folder, 'another'))).to.equal(true);
    close();
  });
});
