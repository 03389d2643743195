import { Command, InvalidArgumentError, Option } from 'commander';
import { newEnrolmentLinkSchema } from '../shared/api/devices.ts';
import { StatedError } from '../shared/api/errors.ts';
import { type Role, roleSchema } from '../shared/api/people.ts';
import { beaconPort } from '../shared/beacon/on-link.ts';
import { BeaconFault } from '../shared/beacon/responder.ts';
import { ConfigError, describeConfigTable } from '../shared/config-table.ts';
import { systemClock } from '../shared/instant.ts';
import { createLog, type Log, silentLog } from '../shared/log.ts';
import { type Base, DataFolderFault, openBase } from './base.ts';
import { type Config, configTable, readConfig } from './config.ts';
import { createEnrolledDevices } from './devices/enrolled-devices.ts';
import { AuthorityFault } from './enrolment/authority-fault.ts';
import { createEnrolment } from './enrolment/enrolment.ts';
import { openApiDocument } from './http/openapi.ts';
import { ListenFault } from './listeners.ts';
import { ownAddress } from './own-address.ts';
import { addRecordCommands } from './record-commands.ts';
import { type RunningServer, startServer } from './server.ts';
import { DatabaseFault } from './storage/database.ts';
import { FolderInUse } from './storage/folder-lock.ts';

/** What the command line touches outside itself; main.ts gives the real ones. */
export interface Outside {
  env: Readonly<Record<string, string | undefined>>;
  /** Writes to standard output. */
  say: (text: string) => void;
  /** Writes pieces to standard output as fast as they are taken. */
  sayAll: (pieces: AsyncIterable<string>) => Promise<void>;
  readStandardInput: () => Promise<string>;
  /** Resolves when the process is asked to end. */
  untilAskedToStop: () => Promise<void>;
  dashboardFolder: string;
  version: string;
}

export interface DataOption {
  data?: string;
}

interface SettingOption extends DataOption {
  setting?: string;
}

const settingOption = ['--setting <id>', 'which setting, when the server holds several'] as const;
const ofSetting = ({ setting }: SettingOption) => (setting === undefined ? {} : { settingId: setting });

/** The commands of `hometime-server`. What a program reads from standard output is all that stands there. */
export function serverProgram(outside: Outside): Command {
  const program = new Command('hometime-server')
    .description('The Hometime server: dashboard, REST and the agents’ sockets')
    .version(outside.version)
    .addHelpText('after', () => `\nEnvironment:\n${describeConfigTable(configTable)}`);
  const withData = (command: Command) =>
    command.option('--data <dir>', 'the data folder (default: HOMETIME_DATA or ./data)');

  withData(program.command('start').description('start the server')).action((options: DataOption) =>
    start(outside, options),
  );

  const admin = program.command('admin').description('people who administer');
  withData(admin.command('add').description('add an administrator; the password comes on standard input'))
    .requiredOption('--email <email>')
    .requiredOption('--name <name>')
    .requiredOption('--password-stdin', 'read the password from standard input')
    .option(...settingOption)
    .action((options: SettingOption & { email: string; name: string }) => addAdministrator(outside, options));

  const setting = program.command('setting').description('settings: one server may hold several');
  withData(setting.command('add').description('make a further setting; prints its id'))
    .requiredOption('--name <name>')
    .requiredOption('--administrator <email>', 'who administers it first; they have an account here already')
    .action((options: DataOption & { name: string; administrator: string }) => addSetting(outside, options));

  const token = program.command('token').description('API tokens for programs');
  withData(token.command('add').description('make an API token; prints its secret, once'))
    .requiredOption('--name <name>')
    .addOption(new Option('--role <role>').choices(roleSchema.options).makeOptionMandatory())
    .option('--days <days>', 'it ends so many days from now (default: 365)', Number)
    .option(...settingOption)
    .action((options: TokenOptions) => addToken(outside, options));

  withData(
    program
      .command('reset-person <email>')
      .description('make a link with which a person sets a new password and second factor; prints it'),
  ).action((email: string, options: DataOption) => resetPerson(outside, { ...options, email }));

  addRecordCommands(program, { withData, withBase, outside });

  withData(program.command('enrol-link').description('make a one-time link that enrols one named device; prints it'))
    .requiredOption('--name <name>', 'what the device is called, for example "Tablet 3"')
    .addOption(new Option('--kind <kind>').choices(['tablet', 'laptop']).default('laptop'))
    .option('--child-facing', 'children use it: web filtering is then required', false)
    .option(...settingOption)
    .option(
      '--address <host>',
      'host name or address the device reaches this server by (default: HOMETIME_ADDRESS or this computer’s own)',
      hostArgument,
    )
    .action((options: LinkOptions) => makeLink(outside, options));

  // It needs no data, and takes the option as every command does.
  withData(program.command('openapi').description('print the OpenAPI document of the REST part')).action(() =>
    outside.say(`${JSON.stringify(openApiDocument(outside.version), null, 2)}\n`),
  );
  return program;
}

interface TokenOptions extends SettingOption {
  name: string;
  role: Role;
  days?: number;
}

interface LinkOptions extends SettingOption {
  name: string;
  kind: 'tablet' | 'laptop';
  childFacing: boolean;
  address?: string;
}

async function start(outside: Outside, { data }: DataOption): Promise<void> {
  const config = readConfig(outside.env, data);
  const log = createLog(config.logLevel, 'server');
  const running = await startServer({
    config,
    clock: systemClock,
    log,
    dashboardFolder: outside.dashboardFolder,
    version: outside.version,
  });
  outside.say(greeting(running, config));
  await outside.untilAskedToStop();
  await running.stop();
}

function greeting({ peopleUrl, agentAddress, setUpLink, beaconKey }: RunningServer, { dataFolder }: Config): string {
  const lines = [
    'Hometime is running.',
    `Dashboard: ${peopleUrl}`,
    ...(setUpLink === undefined
      ? []
      : [`Set-up link: ${setUpLink}`, '  (open it once, within 24 hours, to make the first administrator)']),
    `Devices connect to: ${agentAddress.host}, port ${agentAddress.port}`,
    ...(beaconKey === undefined ? [] : [`Beacon, for the policy: ${beaconKey} (UDP port ${beaconPort})`]),
    `Data: ${dataFolder}`,
  ];
  return `${lines.join('\n')}\n`;
}

async function addAdministrator(
  outside: Outside,
  options: SettingOption & { email: string; name: string },
): Promise<void> {
  const password = (await outside.readStandardInput()).replace(/\r?\n$/, '');
  await withBase(outside, options, async ({ people }) => {
    const { personId } = await people.addAdministrator(
      { email: options.email, name: options.name, password, ...ofSetting(options) },
      commandLineActor,
    );
    outside.say(`${personId}\n`);
  });
}

async function addToken(outside: Outside, options: TokenOptions): Promise<void> {
  await withBase(outside, options, async ({ people }) => {
    const { name, role, days } = options;
    const { secret } = await people.addToken(
      { name, role, ...(days === undefined ? {} : { days }), ...ofSetting(options) },
      commandLineActor,
    );
    outside.say(`${secret}\n`);
  });
}

async function addSetting(
  outside: Outside,
  options: DataOption & { name: string; administrator: string },
): Promise<void> {
  await withBase(outside, options, async ({ people }) => {
    const { name, administrator } = options;
    outside.say(`${await people.addSetting({ name, administrator }, commandLineActor)}\n`);
  });
}

/** For whoever lost their password and second factor, the only administrator too: who may use the server's own account may do this. */
async function resetPerson(outside: Outside, options: DataOption & { email: string }): Promise<void> {
  await withBase(outside, options, async ({ people }, config) => {
    const origin = `http://localhost:${config.peoplePort}`;
    const email = options.email.toLowerCase();
    const { link } = await people.resetByEmail({ email, by: commandLineActor, origin });
    outside.say(`${link}\n`);
  });
}

async function makeLink(outside: Outside, options: LinkOptions): Promise<void> {
  const parsed = newEnrolmentLinkSchema.safeParse({
    name: options.name,
    kind: options.kind,
    childFacing: options.childFacing,
  });
  if (!parsed.success)
    throw new StatedError('not-valid', `The name "${options.name}" cannot be used: ${parsed.error.issues[0]?.message}`);
  await withBase(outside, options, async ({ db, audit, authority, people }, config, log) => {
    const enrolment = createEnrolment({
      db,
      clock: systemClock,
      log,
      audit,
      authority,
      devices: createEnrolledDevices(),
      onRevoked: () => {},
    });
    const settingId = await people.ensureSetting(commandLineActor, options.setting);
    const address = { host: options.address ?? config.address ?? ownAddress(), port: config.agentPort };
    const { link } = await enrolment.makeLink({ ...parsed.data, settingId, address, by: commandLineActor });
    outside.say(`${link}\n`);
  });
}

/** Who is on record for what the command line does: whoever may use this computer's account. */
const commandLineActor = 'command line';

async function withBase(
  outside: Outside,
  { data }: DataOption,
  work: (base: Base, config: Config, log: Log) => Promise<void>,
): Promise<void> {
  const config = readConfig(outside.env, data);
  const base = await openBase(config, { clock: systemClock, log: silentLog });
  try {
    await work(base, config, silentLog);
  } finally {
    await base.close();
  }
}

/** Whether the message of an error is meant for the person at the keyboard, as it stands. */
export function isStated(error: unknown): error is Error {
  return [
    StatedError,
    ConfigError,
    BeaconFault,
    DataFolderFault,
    DatabaseFault,
    FolderInUse,
    ListenFault,
    AuthorityFault,
  ].some((kind) => error instanceof kind);
}

function hostArgument(text: string): string {
  if (/^[A-Za-z0-9.:-]+$/.test(text)) return text;
  throw new InvalidArgumentError('It must be a host name or an IP address.');
}
