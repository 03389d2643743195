import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { type Database, openDatabase } from '../../server/storage/database.ts';
import { type Running, start } from '../support/processes.ts';
import { makeTempFolder, removeTempFolder } from '../support/temp-folder.ts';
import { certificate, headerOf, type MailServer, startMailServer } from '../unit/notify/mail-server.ts';
import { minute, type NotifyRig, startNotifyRig } from '../unit/notify/notify-rig.ts';

const people = 24;
const began = Date.UTC(2026, 10, 18, 9);

describe('telling people while processes end and servers meet', function () {
  this.timeout(300_000);
  let folder: string;
  let url: string;
  let certificateFile: string;
  let db: Database;
  let mail: MailServer;
  let rig: NotifyRig;
  const running: Running[] = [];
  beforeEach(async () => {
    folder = makeTempFolder();
    certificateFile = join(folder, 'mail.pem');
    writeFileSync(certificateFile, certificate.cert);
    url = `sqlite:${join(folder, 'notify.db')}`;
    db = await openDatabase(url);
    mail = await startMailServer();
    rig = await startNotifyRig({ database: db, start: began });
    for (let index = 0; index < people; index += 1) await rig.person('safeguarding-lead', `Person ${index}`);
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((child) => child.killHard()));
    await mail.stop();
    await db.destroy();
    removeTempFolder(folder);
  });

  const sender = async (at: number): Promise<Running> => {
    const script = join(import.meta.dirname, '..', 'support', 'notify-sender.ts');
    const child = start(
      [process.execPath, '--import=tsx', script, url, String(mail.port), certificateFile, String(at)],
      {},
    );
    running.push(child);
    await child.said(/^ready/m, 30_000);
    return child;
  };
  const states = async (): Promise<string[]> => db('deliveries').distinct('state').pluck('state');
  const until = async (what: () => Promise<boolean>): Promise<void> => {
    const end = Date.now() + 40_000;
    while (!(await what())) {
      if (Date.now() > end) {
        const counts: unknown = await db('deliveries').select('state').count({ count: '*' }).groupBy('state');
        const said = running.map((child) => child.stderr().slice(-2_000)).join('\n');
        throw new Error(
          `it did not come to that: ${JSON.stringify(counts)}, ${mail.received.length} received\n${said}`,
        );
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const to = () => mail.received.map((letter) => letter.to[0] ?? '');

  it('loses nothing to kill -9, and a second try is the same letter', async () => {
    await rig.tell();
    const first = await sender(began);
    await until(async () => mail.received.length >= 3);
    await first.killHard();
    const before = mail.received.length;
    expect(before, 'it was ended in the middle').to.be.lessThan(people);
    // What it had claimed is nobody's until its time has run out.
    await sender(began + 5 * minute);
    await until(async () => (await states()).join() === 'sent');
    expect(new Set(to()).size).to.equal(people);
    const ids = new Map<string, Set<string | undefined>>();
    for (const letter of mail.received) {
      const known = ids.get(letter.to[0] ?? '') ?? new Set();
      ids.set(letter.to[0] ?? '', known.add(headerOf(letter, 'Message-ID')));
    }
    for (const [address, of] of ids) expect(of.size, address).to.equal(1);
    expect(mail.received.length, 'again at most what was under way').to.be.at.most(people + 10);
  });

  it('sends nothing twice from two servers on one database', async () => {
    await Promise.all([sender(began), sender(began)]);
    for (let index = 0; index < 3; index += 1) await rig.tell();
    await until(async () => mail.received.length >= people && (await states()).join() === 'sent');
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(to().sort()).to.deep.equal([...new Set(to())].sort());
    expect(to()).to.have.length(people);
    const attempts: unknown[] = await db('delivery_attempts');
    expect(attempts).to.have.length(people);
  });

  it('keeps everything while the mail server is down, and sends it when it is back', async () => {
    const port = mail.port;
    await mail.stop();
    await rig.tell();
    await sender(began);
    await until(async () => {
      const attempts: unknown[] = await db('delivery_attempts').where({ outcome: 'unreachable' });
      return attempts.length >= people;
    });
    expect(await states()).to.deep.equal(['waiting']);
    mail = await startMailServer({}, port);
    await sender(began + 3 * minute);
    await until(async () => (await states()).join() === 'sent');
    expect(new Set(to()).size).to.equal(people);
  });
});
