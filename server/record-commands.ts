import { type Command, Option } from 'commander';
import { StatedError } from '../shared/api/errors.ts';
import { type ExportFormat, exportEntries, exportFormats } from './audit/export.ts';
import { parseHead, verifyAll } from './audit/report.ts';
import type { Base } from './base.ts';
import { attachmentFolder } from './cases.ts';
import type { Config } from './config.ts';
import { createAttachmentFiles } from './incidents/attachment-files.ts';
import { verifyIncidents } from './incidents/verify-all.ts';

/** What the command line gives its parts. */
interface Around<Outside extends RecordOutside> {
  /** Adds the option that names the data folder. */
  withData: (command: Command) => Command;
  withBase: (
    outside: Outside,
    options: { data?: string },
    work: (base: Base, config: Config) => Promise<void>,
  ) => Promise<void>;
  outside: Outside;
}

interface RecordOutside {
  say: (text: string) => void;
  sayAll: (pieces: AsyncIterable<string>) => Promise<void>;
}

/** `audit verify`, `audit export` and `incidents verify`. */
export function addRecordCommands<Outside extends RecordOutside>(program: Command, around: Around<Outside>): void {
  const { withData, withBase, outside } = around;
  const audit = program.command('audit').description('the record of who did what');

  withData(
    audit.command('verify').description('check that no entry was changed, added or taken out; exit code 1 if one was'),
  )
    .option('--head <head...>', 'a head noted down earlier, NUMBER:HASH; it must still stand in a log')
    .action((options: { data?: string; head?: string[] }) =>
      withBase(outside, options, async ({ db, auditSigner }) => {
        const noted = (options.head ?? []).map(parseHead);
        const { lines, intact } = await verifyAll({ db, signer: auditSigner }, noted);
        outside.say(`${lines.join('\n')}\n`);
        if (!intact)
          throw new StatedError(
            'conflict',
            'The record is not as it was written. Keep a copy of the database as it is, and find out who could write there.',
          );
      }),
    );

  withData(audit.command('export').description('print the record of a setting, oldest first'))
    .addOption(new Option('--format <format>').choices(Object.keys(exportFormats)).default('csv'))
    .option('--setting <id>', 'whose: a setting’s id, or "server" (default: the only setting)')
    .action((options: { data?: string; format: ExportFormat; setting?: string }) =>
      withBase(outside, options, async ({ db, people }) => {
        const asked = options.setting ?? (await people.ensureSetting('command line'));
        await outside.sayAll(exportEntries(db, asked === 'server' ? null : asked, options.format));
      }),
    );

  const incidents = program.command('incidents').description('the record of incidents');
  withData(
    incidents
      .command('verify')
      .description('check that no entry and no attachment was changed, added or taken out; exit code 1 if one was'),
  )
    .option('--head <head...>', 'a head noted down earlier, NUMBER:HASH; it must still stand in a register')
    .action((options: { data?: string; head?: string[] }) =>
      withBase(outside, options, async ({ db, auditSigner: signer }, config) => {
        const files = createAttachmentFiles(attachmentFolder(config));
        const { lines, intact } = await verifyIncidents({ db, signer, files }, (options.head ?? []).map(parseHead));
        outside.say(`${lines.join('\n') || 'no incidents on record'}\n`);
        if (!intact)
          throw new StatedError(
            'conflict',
            'The record is not as it was written. Keep a copy of the data folder as it is, and find out who could write there.',
          );
      }),
    );
}
