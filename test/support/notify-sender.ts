import { readFileSync } from 'node:fs';
import { openDatabase } from '../../server/storage/database.ts';
import { createLog } from '../../shared/log.ts';
import { startNotifyRig } from '../unit/notify/notify-rig.ts';

/** Sends what lies in the outbox of a database until it is ended: arguments are the database, the mail server's port, the file of its certificate and the time. */
const [url = '', port = '', certificate = '', start = ''] = process.argv.slice(2);
const rig = await startNotifyRig({
  database: await openDatabase(url),
  smtpPort: Number(port),
  ca: readFileSync(certificate, 'utf8'),
  start: Number(start),
  log: createLog('warn', 'server'),
});
process.stdout.write('ready\n');
for (;;) {
  await rig.notify.look();
  process.stdout.write('looked\n');
  await new Promise((resolve) => setTimeout(resolve, 20));
}
