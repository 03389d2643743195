#!/usr/bin/env node
import './frugal.ts';
import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Argument, Command, CommanderError } from 'commander';
import { ConfigError, describeConfigTable } from '../shared/config-table.ts';
import { systemClock } from '../shared/instant.ts';
import { createLog, messageOf, unquotedMessageOf } from '../shared/log.ts';
import { type SectionName, sectionNames } from '../shared/report/report.ts';
import { agentVersion, createAgent } from './agent.ts';
import { withBeacons } from './beacon/with-beacons.ts';
import { type ConfigOptions, configTable, readConfig } from './config.ts';
import { createSettingsHolder } from './guard/settings-holder.ts';
import { loadIdentity } from './identity/identity.ts';
import { lookAt, runOneCycle } from './one-cycle.ts';
import { forgetful } from './platform/keeper.ts';
import { selectPlatform } from './platform/select.ts';
import type { Testimony, Witness } from './platform/witness.ts';
import { leaveFleet } from './retirement.ts';
import { isStated, NotEnrolled, NotReleased } from './stated-errors.ts';
import { readStatus } from './status.ts';
import { createKeptFiles } from './store/kept-files.ts';
import { StoreFault } from './store/store.ts';

// Before any file is made: the store and its locks are for this user alone, as the identity is.
process.umask(0o077);
// Whoever reads the output may stop reading (`| head`): that is an end, not a fault.
process.stdout.on('error', () => process.exit(0));
// Node would print the line of the program, which is all of a bundle, and what the error quotes of people's files.
process.on('uncaughtException', (error) => {
  const frames = (error.stack ?? '').split('\n').filter((line) => /^ +at /.test(line));
  const fault = [`${error.name}: ${unquotedMessageOf(error)}`, ...frames].join('\n');
  process.stderr.write(`The agent stopped because of a fault of its own: ${fault}\n`, () => process.exit(failed));
});

/** Exit codes: 0 done, 1 it failed, 2 it was asked for wrongly. */
const failed = 1;
const askedWrongly = 2;

interface RunOptions extends ConfigOptions {
  observe: boolean;
}

/** `witness`: hears what is asked. A look for a person leaves no trace in what the agent keeps. */
function prepare(options: ConfigOptions, look?: { witness: Witness }) {
  const config = readConfig(process.env, options, isFolder);
  const log = createLog(config.logLevel, 'agent');
  const simulated = config.simulatedFolder === undefined ? {} : { simulatedFolder: config.simulatedFolder };
  const kept = createKeptFiles({ dataFolder: config.dataFolder, log });
  const keeper = look === undefined ? kept : { ...forgetful, read: kept.read };
  const settings = createSettingsHolder({ keeper, log });
  const platform = selectPlatform({
    ...simulated,
    ...(process.env.SystemRoot === undefined ? {} : { systemRoot: process.env.SystemRoot }),
    clock: systemClock,
    log,
    settings: settings.current,
    keeper,
    lockWords: {
      breakGlass: config.breakGlass,
      codeCommand: [process.execPath, process.argv[1] ?? '', 'release-code', '--data', config.dataFolder],
    },
    ...look,
  });
  return { ...config, clock: systemClock, log, platform, settings, keeper };
}

/** For a look with no server: by what the server last told this device, where it is enrolled. */
async function prepareLook(options: ConfigOptions, witness: Witness) {
  const prepared = prepare(options, { witness });
  const identity = await loadIdentity(prepared.dataFolder).catch(() => undefined);
  if (identity === undefined) return prepared;
  const { platform, settings, clock } = prepared;
  await settings.open(identity);
  return {
    ...prepared,
    platform: withBeacons(platform, { clock, settings: settings.current, deviceId: identity.deviceId }),
  };
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

async function enrol(link: string, options: ConfigOptions): Promise<void> {
  const { enrolDevice } = await import('./enrolling.ts');
  const { dataFolder, clock, log, platform } = prepare(options);
  const identity = await enrolDevice({ link, dataFolder, clock, log, platform: platform.name });
  const { deviceName, server } = identity;
  say(`This computer is now the device "${deviceName}" of the server at ${server.host}, port ${server.port}.`);
}

async function run(options: RunOptions): Promise<void> {
  const { dataFolder, clock, log, platform, settings, keeper, forbids } = prepare(options);
  const identity = await loadIdentity(dataFolder);
  if (identity === undefined) throw new NotEnrolled(dataFolder);
  // Listened to before the start, so that no signal falls into the time it takes.
  const asked = untilAskedToStop().then(() => 'told' as const);
  let onFailure: (error: unknown) => void = () => {};
  const broken = new Promise<never>((_resolve, reject) => {
    onFailure = reject;
  });
  broken.catch(() => {});
  let onLeft: () => void = () => {};
  const left = new Promise<'left'>((resolve) => {
    onLeft = () => resolve('left');
  });
  const parts = { dataFolder, identity, platform, settings, keeper, forbids, observeMode: options.observe, clock, log };
  const agent = createAgent({ ...parts, onFailure: (error) => onFailure(error), onLeft: () => onLeft() });
  await agent.start();
  let ended: 'left' | 'told' | undefined;
  try {
    ended = await Promise.race([asked, broken, left]);
  } catch (error) {
    if (error instanceof StoreFault) throw error;
    throw new StoreFault(
      `The store in ${dataFolder} was found damaged while in use. Start the agent again: it puts the file aside and goes on. (${messageOf(error)})`,
      { cause: error },
    );
  } finally {
    await agent.stop({ isTold: ended === 'told' });
  }
  if (ended !== 'left') return;
  await leaveFleet({ dataFolder, platform, log });
  say('This device has left the fleet. What the agent kept of it was removed; the agent can be taken off.');
}

function untilAskedToStop(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
}

async function report(options: ConfigOptions & { json: boolean }): Promise<void> {
  sayJson(await runOneCycle(await prepareLook(options, () => {})), options);
}

async function explainSection(section: SectionName, options: ConfigOptions): Promise<void> {
  const { explain } = await import('./explain/explain.ts');
  const testimony: Testimony[] = [];
  const parts = await prepareLook(options, (one) => testimony.push(one));
  say(explain(section, await lookAt(parts, section), testimony));
}

async function releaseCode(options: ConfigOptions): Promise<void> {
  const { readCode, releaseByCode } = await import('./lock-guarding.ts');
  const { released, sentence } = await releaseByCode({ ...prepare(options), code: await readCode(process.stdin) });
  if (!released) throw new NotReleased(sentence);
  say(sentence);
}

async function guard({ hold, ...options }: ConfigOptions & { hold: boolean }): Promise<void> {
  const { holdBeforeSignIn, tellGuard } = await import('./guard-status.ts');
  const prepared = prepare(options);
  say(hold ? await holdBeforeSignIn(prepared) : await tellGuard(prepared));
}

async function postpone(options: ConfigOptions): Promise<void> {
  const { askToPostpone } = await import('./closing/desk.ts');
  const { deskFolders } = await import('./closing-time.ts');
  const { dataFolder } = readConfig(process.env, options, isFolder);
  say((await askToPostpone(deskFolders(dataFolder))) ?? 'There is nothing to put off now.');
}

async function beacon({ key, ...options }: ConfigOptions & { key?: string }): Promise<void> {
  const { runBeacon } = await import('./beacon/beacon.ts');
  const { dataFolder, clock, log, platform } = prepare(options);
  const keyFile = key === undefined ? join(dataFolder, 'beacon.key') : resolve(key);
  const hasModes = platform.name !== 'windows';
  await runBeacon({ keyFile, hasModes, clock, log, say, untilAskedToStop: untilAskedToStop() });
}

async function status(options: ConfigOptions & { json: boolean }): Promise<void> {
  sayJson(await readStatus(readConfig(process.env, options, isFolder).dataFolder), options);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** One document and nothing else: on one line for programs, indented for people. */
function sayJson(document: object, { json }: { json: boolean }): void {
  say(JSON.stringify(document, undefined, json ? undefined : 2));
}

const dataOption = ['--data <dir>', 'the data folder (default: HOMETIME_DATA, then ./data/agent)'] as const;
const simulateOption = [
  '--simulate <folder>',
  'play the device that a folder describes, and leave this computer alone',
] as const;
const jsonOption = ['--json', 'on one line, for programs', false] as const;

const program = new Command('hometime-agent')
  .description('The Hometime agent: reports how this device stands, and signs people out when told to')
  .version(agentVersion)
  .addHelpText('after', () => `\nEnvironment:\n${describeConfigTable(configTable)}`)
  .exitOverride();

program
  .command('enrol <link>')
  .description('make this computer the device of an enrolment link (put the link in quotes)')
  .option(...dataOption)
  .option(...simulateOption)
  .action(enrol);
program
  .command('run')
  .description('watch, report and obey until told to stop')
  .option(...dataOption)
  .option(...simulateOption)
  .option('--observe', 'report, and refuse every order', false)
  .action(run);
program
  .command('report')
  .description('ask every probe once, without a server, and print the report')
  .option(...dataOption)
  .option(...simulateOption)
  .option(...jsonOption)
  .action(report);
program
  .command('explain')
  .description('say in plain words what was asked of this computer, what it answered and what follows')
  .addArgument(new Argument('<section>', 'what to explain').choices(sectionNames))
  .showHelpAfterError(
    `Ask for one section: hometime-agent explain SECTION\nThe sections are: ${sectionNames.join(', ')}.`,
  )
  .option(...dataOption)
  .option(...simulateOption)
  .action(explainSection);
program
  .command('release-code')
  .description('release this locked device by an offline code, which is read from standard input')
  .option(...dataOption)
  .action(releaseCode);
program
  .command('guard')
  .description('say in plain words how the guard of this device stands, why, and what would release it')
  .option('--hold', 'block at once where the guard was blocking; for the start of the device', false)
  .option(...dataOption)
  .option(...simulateOption)
  .action(guard);
program
  .command('postpone')
  .description('put off what this device does when its setting closes; for whoever is signed in')
  .option(...dataOption)
  .action(postpone);
program
  .command('beacon')
  .description('be a beacon: prove to devices on this network that they are on the premises, until told to stop')
  .option('--key <file>', 'the beacon’s key, made at the first start (default: beacon.key in the data folder)')
  .option(...dataOption)
  .action(beacon);
program
  .command('status')
  .description('print who this device is and how its agent stands')
  .option(...dataOption)
  .option(...jsonOption)
  .action(status);

function codeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : askedWrongly;
  return error instanceof ConfigError ? askedWrongly : failed;
}

/** A function and no `await` at the top: the bundle is a file of the older kind, which costs less memory. */
async function main(): Promise<void> {
  try {
    await program.parseAsync(process.argv);
    process.exitCode = 0;
  } catch (error) {
    // Commander has told its own already.
    if (!(error instanceof CommanderError)) {
      const fault = error instanceof Error ? error.stack : String(error);
      // The login prompt shows what is said on standard output alone.
      const told = error instanceof NotReleased ? process.stdout : process.stderr;
      told.write(`${isStated(error) ? error.message : `The agent stopped because of a fault of its own: ${fault}`}\n`);
    }
    process.exitCode = codeOf(error);
  }
  // A probe that is still waiting for its tool must not keep the process; what was said is let out first.
  process.stdout.write('', () => process.exit());
}

void main();
