import { join } from 'node:path';
import { z } from 'zod';
import type { Clock } from '../shared/instant.ts';
import { type Log, messageOf } from '../shared/log.ts';
import type { Guard } from './guard/guard.ts';
import { createSealedFile } from './guard/sealed-file.ts';
import type { Identity } from './identity/identity.ts';
import { enrolmentOf } from './store/enrolment-store.ts';
import type { JournalKeeping } from './store/journal-check.ts';
import { createJournalSeal } from './store/journal-seal.ts';
import { createJournalStore, type JournalStore } from './store/journal-store.ts';
import { keptFolder } from './store/kept-files.ts';
import { mayPass } from './store/passing-trouble.ts';
import type { Sqlite } from './store/sqlite.ts';

interface KeepingParts {
  dataFolder: string;
  identity: Identity;
  clock: Clock;
  log: Log;
}

const markSchema = z.strictObject({ journal: z.literal('sealed') });

type Keeping = Omit<JournalKeeping, 'onChanged'>;

interface Surroundings {
  guard: Pick<Guard, 'tampered' | 'due'>;
  onOpened(): Promise<void>;
  onChangedInUse: ((error: unknown) => void) | undefined;
}

/** The journal of orders; what is found changed in it is told by the guard. */
export function composeJournal(database: Sqlite, keeping: Keeping, around: Surroundings): JournalStore {
  const { guard, onOpened, onChangedInUse } = around;
  return createJournalStore(database, {
    ...{ ...keeping, onOpened },
    async onChanged() {
      guard.tampered('journal-changed');
      // What is noticed is written down when the round after it is over.
      await guard.due();
    },
    onChangedInUse: (error) => onChangedInUse?.(error),
  });
}

/** A full disk: what needs the journal waits for it, and the rest of the agent goes on. */
export function unlessItPasses(log: Log): (error: unknown) => void {
  return (error) => {
    if (!mayPass(error)) throw error;
    log.error('journal-not-opened', { error: messageOf(error) });
  };
}

/** What keeps the journal of orders sealed under this enrolment's own secret. */
export function journalKeepingOf({ dataFolder, identity, clock, log }: KeepingParts): Keeping {
  const enrolment = enrolmentOf(identity);
  const secret = identity.privateKey;
  const seal = createJournalSeal({ enrolment, secret });
  // By the key as well as by the enrolment: a mark of another key is no mark that was altered.
  const mark = createSealedFile({
    path: join(dataFolder, keptFolder, 'journal'),
    ...{ schema: markSchema, purpose: 'journal mark', enrolment: seal.owner, secret },
  });
  return {
    ...{ enrolment, seal, clock, log },
    mark: {
      isThere: async () => (await mark.read()).state !== 'absent',
      set: () => mark.write({ journal: 'sealed' }),
    },
  };
}
