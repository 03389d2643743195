#!/usr/bin/env node
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { prepare } from './prepare.mjs';
import { runScript, StepFailed, say } from './step.mjs';

const usage = `Records what this computer answers to one section's questions, as a case to send when Hometime reads it wrongly.

  node scripts/capture-fixture.mjs SECTION [FILE]

Names of people, of their files, of computers and networks, addresses, serial numbers and keys are replaced. Read the
file before you send it: what is not known to be a name is not replaced. Run it as the system's administrator, as the agent runs.`;

/** Where systems keep people's own folders: their names are names of people. */
const homeFolders = ['/home', '/Users', 'C:\\Users'];

await runScript(async () => {
  const [section, file, ...more] = process.argv.slice(2);
  if (section === undefined || more.length > 0 || section.startsWith('-')) {
    say(usage);
    process.exitCode = section === '--help' ? 0 : 2;
    return;
  }
  await prepare();
  const { sectionNames } = await import('../dist/shared/report/report.js');
  if (!sectionNames.includes(section)) {
    throw new StepFailed(`There is no section "${section}". The sections are: ${sectionNames.join(', ')}.`);
  }
  const text = await record(section);
  if (file === undefined) process.stdout.write(`${text}\n`);
  else save(file, text);
  say('Read it before you send it.');
});

async function record(section) {
  const [
    { selectPlatform },
    { lookAt },
    { writeCase },
    { silentLog },
    { systemClock },
    { forgetful },
    settings,
    agent,
  ] = await Promise.all([
    import('../dist/agent/platform/select.js'),
    import('../dist/agent/one-cycle.js'),
    import('../dist/agent/explain/recorded-case.js'),
    import('../dist/shared/log.js'),
    import('../dist/shared/instant.js'),
    import('../dist/agent/platform/keeper.js'),
    import('../dist/shared/policy/device-settings.js'),
    import('../dist/agent/agent.js'),
  ]);
  const testimony = [];
  const parts = { clock: systemClock, log: silentLog };
  const platform = selectPlatform({
    ...parts,
    ...(process.env.SystemRoot === undefined ? {} : { systemRoot: process.env.SystemRoot }),
    settings: () => settings.defaultDeviceSettings,
    keeper: forgetful,
    witness: (one) => testimony.push(one),
  });
  const sections = await lookAt({ ...parts, platform, keeper: forgetful }, section);
  const recorded = {
    hometime: agent.agentVersion,
    platform: platform.name,
    section,
    testimony,
    reading: sections[section],
  };
  return writeCase(recorded, sections, { people: peopleHere(), hosts: hostsHere(), networks: [] });
}

function peopleHere() {
  const folders = homeFolders.flatMap((folder) => tried(() => readdirSync(folder)) ?? []);
  const accounts = (tried(() => readFileSync('/etc/passwd', 'utf8')) ?? '')
    .split('\n')
    .map((line) => line.split(':'))
    .filter(([, , uid]) => Number(uid) >= 1000 && Number(uid) < 65_000)
    .flatMap(([name = '', , , , gecos = '']) => [name, ...gecos.split(',')]);
  return [userInfo().username, ...folders, ...accounts];
}

function hostsHere() {
  return [hostname(), hostname().split('.')[0] ?? ''];
}

function save(file, text) {
  try {
    writeFileSync(file, `${text}\n`, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    throw new StepFailed(
      error.code === 'EEXIST'
        ? `${file} is there already. Name a new file: nothing is overwritten.`
        : `${file} cannot be written: ${error.message}`,
    );
  }
  say(`Written to ${file}.`);
}

function tried(read) {
  try {
    return read();
  } catch {
    return undefined;
  }
}
