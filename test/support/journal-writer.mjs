/**
 * Writes a journal of orders without end, as an agent does, until it is killed: orders come, are carried out, told and
 * forgotten, and the server is met. Says `changed` when the journal is not as it was left, and `writing` once it is open.
 * Arguments: the data folder, and the key of its enrolment.
 */
import { randomUUID } from 'node:crypto';
import { journalKeepingOf } from '../../agent/journal-keeping.ts';
import { createEnrolmentStore, enrolmentOf } from '../../agent/store/enrolment-store.ts';
import { createJournalStore } from '../../agent/store/journal-store.ts';
import { openStore } from '../../agent/store/store.ts';
import { systemClock as clock, instant } from '../../shared/instant.ts';
import { silentLog as log } from '../../shared/log.ts';

const [dataFolder = '', privateKey = ''] = process.argv.slice(2);
const identity = { deviceId: 'device', epoch: 1, privateKey };
const say = (word) => process.stdout.write(`${word}\n`);

async function main() {
  const keeping = journalKeepingOf({ dataFolder, identity, clock, log });
  const store = await openStore({ dataFolder, clock, log });
  const enrolments = createEnrolmentStore(store.database, keeping.seal);
  await enrolments.enrolled(enrolmentOf(identity));
  const journal = createJournalStore(store.database, { ...keeping, onChanged: async () => say('changed') });
  await journal.open();
  say('writing');
  for (let count = 1; ; count += 1) await live(journal, enrolments, count);
}

async function live(journal, enrolments, count) {
  const id = randomUUID();
  const at = instant(clock.now());
  const move = (to) => ({ commandId: id, to, at });
  await journal.receive({ id, text: 'an order', signature: `${'A'.repeat(86)}==` }, at, move('received'));
  await journal.move(move('started'), JSON.stringify({ count }));
  if (count % 3 > 0) await journal.move(move('verified'));
  for (const { number } of (await journal.unacknowledged(20)).slice(count % 2)) await journal.settle({ number });
  if (count % 5 === 0) await journal.prune(clock.now() + 40 * 24 * 3_600_000);
  if (count % 4 === 0) await enrolments.welcomed(enrolmentOf(identity), at, count);
}

main().catch((error) => {
  say(`failed: ${error?.stack}`);
  process.exit(1);
});
