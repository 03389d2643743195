import type { Knex } from 'knex';
import { up as first } from './001-first.ts';
import { up as mediaSalts } from './002-media-salts.ts';
import { up as people } from './003-people.ts';
import { up as commands } from './004-commands.ts';
import { up as auditChain } from './005-audit-chain.ts';
import { up as formerAdministrators } from './006-former-administrators.ts';
import { up as writtenAtOnce } from './007-written-at-once.ts';
import { up as policyPlaceGuard } from './008-policy-place-guard.ts';
import { up as incidents } from './009-incidents.ts';
import { up as notify } from './010-notify.ts';
import { up as judgeAgain } from './011-judge-again.ts';
import { up as nothingReplaced } from './012-nothing-replaced.ts';
import { up as farewells } from './013-farewells.ts';
import { up as purgedWholly } from './014-purged-wholly.ts';
import { up as confidentialReaders } from './015-confidential-readers.ts';

interface Migration {
  name: string;
  up: (db: Knex) => Promise<void>;
}

/** Every migration, oldest first. A name that has run anywhere is never changed. */
const migrations: readonly Migration[] = [
  { name: '001-first', up: first },
  { name: '002-media-salts', up: mediaSalts },
  { name: '003-people', up: people },
  { name: '004-commands', up: commands },
  { name: '005-audit-chain', up: auditChain },
  { name: '006-former-administrators', up: formerAdministrators },
  { name: '007-written-at-once', up: writtenAtOnce },
  { name: '008-policy-place-guard', up: policyPlaceGuard },
  { name: '009-incidents', up: incidents },
  { name: '010-notify', up: notify },
  { name: '011-judge-again', up: judgeAgain },
  { name: '012-nothing-replaced', up: nothingReplaced },
  { name: '013-farewells', up: farewells },
  { name: '014-purged-wholly', up: purgedWholly },
  { name: '015-confidential-readers', up: confidentialReaders },
];

/** Gives knex the migrations above instead of a folder, so that the compiled server and the tests run the same ones. */
export const migrationSource: Knex.MigrationSource<Migration> = {
  getMigrations: () => Promise.resolve([...migrations]),
  getMigrationName: (migration) => migration.name,
  getMigration: (migration) =>
    Promise.resolve({
      up: migration.up,
      down: () => Promise.reject(new Error('migrations are not undone; restore a copy')),
    }),
};
