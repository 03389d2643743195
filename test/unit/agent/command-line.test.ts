import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { readConfig } from '../../../agent/config.ts';
import { ConfigError } from '../../../shared/config-table.ts';
import { fullReportSchema, sectionNames } from '../../../shared/report/report.ts';
import { run } from '../../support/processes.ts';
import { projectFolder } from '../../support/programs.ts';
import { makeTempFolder } from '../../support/temp-folder.ts';
import { session } from './parts.ts';

const main = join(projectFolder, 'agent', 'main.ts');
const agent = (args: readonly string[], env: Record<string, string> = {}) =>
  run([process.execPath, '--import=tsx', main, ...args], { env: { HOMETIME_LOG_LEVEL: 'error', ...env } });

function createSimulatedFolder(): string {
  const folder = join(makeTempFolder(), 'device');
  mkdirSync(folder);
  const device = { sessions: { value: { sessions: [session('1')] } }, encryption: { unknown: 'permission-denied' } };
  writeFileSync(join(folder, 'device.json'), JSON.stringify(device));
  return folder;
}

describe('hometime-agent', function () {
  this.timeout(60_000);

  it('prints one whole cycle as exactly one JSON document on standard output, with no server', async () => {
    const { code, stdout } = await agent(['report', '--json', '--simulate', createSimulatedFolder()]);
    expect(code).to.equal(0);
    const report = fullReportSchema.parse(JSON.parse(stdout));
    expect(report.platform).to.equal('simulated');
    expect(report.sections.sessions.state).to.equal('known');
    const { agent: health } = report.sections;
    expect(health.state === 'known' && health.value).to.include({ starts: 1, clockSkewSeconds: null });
    expect(report.sections.encryption).to.include({ state: 'unknown', reason: 'permission-denied' });
    expect(stdout.trim()).to.not.contain('\n');
  });

  it('prints the status of a folder that was never enrolled, and makes nothing in it', async () => {
    const { code, stdout } = await agent(['status', '--json', '--data', join(makeTempFolder(), 'none')]);
    expect(code).to.equal(0);
    expect(JSON.parse(stdout)).to.include({ enrolled: false, running: false, connected: false, deviceName: null });
    expect(JSON.parse(stdout)).to.include({ settingsVersion: null });
  });

  it('says how to enrol when it is to run and is not enrolled', async () => {
    const { code, stdout, stderr } = await agent(['run', '--data', makeTempFolder()]);
    expect({ code, stdout }).to.deep.equal({ code: 1, stdout: '' });
    expect(stderr).to.contain('hometime-agent enrol');
  });

  it('names a data folder below a file, and says to choose another, not to enrol again', async () => {
    const folder = join(makeTempFolder(), 'file', 'x');
    writeFileSync(join(folder, '..'), '');
    const { code, stderr } = await agent(['run', '--data', folder]);
    expect(code).to.equal(1);
    expect(stderr).to.contain(folder).and.contain('--data').and.not.contain('link');
  });

  it('tells a link that is not one, without a stack', async () => {
    const { code, stderr } = await agent(['enrol', 'https://example.org/', '--data', makeTempFolder()]);
    expect(code).to.equal(1);
    expect(stderr).to.contain('not an enrolment link').and.not.contain('    at ');
  });

  it('ends with 2 for what it was asked wrongly: an unknown option, no command, wrong settings', async () => {
    const wrong = await Promise.all([
      agent(['run', '--obey']),
      agent(['dance']),
      agent(['status'], { HOMETIME_LOG_LEVEL: 'loud' }),
    ]);
    expect(wrong.map(({ code, stdout }) => [code, stdout])).to.deep.equal(Array(3).fill([2, '']));
  });

  it('names every section where one is asked to be explained that there is not, none, or two', async () => {
    const wrong = await Promise.all([
      agent(['explain']),
      agent(['explain', 'Encryption']),
      agent(['explain', 'encryption', 'sessions']),
    ]);
    for (const { code, stdout, stderr } of wrong) {
      expect({ code, stdout }).to.deep.equal({ code: 2, stdout: '' });
      expect(stderr)
        .to.include(`The sections are: ${sectionNames.join(', ')}.`)
        .and.not.include('    at ');
    }
  });

  it('says of a fault that nobody caught where it was, and nothing that its error quotes of people’s files', async () => {
    const fault = 'throw new Error(process.env.TEST_FAULT)';
    const once = "process.listenerCount('uncaughtException') > 0";
    const module = `setInterval(() => { if (${once}) ${fault} }, 5)`;
    const env = {
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(module)}`,
      TEST_FAULT: "EIO: i/o error, scandir '/home/mia/Leo'",
    };
    const { code, stderr } = await agent(['report', '--simulate', createSimulatedFolder()], env);
    expect(code).to.equal(1);
    expect(stderr)
      .to.include('a fault of its own: Error: EIO: i/o error, scandir\n    at ')
      .and.not.match(/mia|Leo/);
  });

  it('lists every wrong setting at once', () => {
    const read = () =>
      readConfig({ HOMETIME_DATA: '', HOMETIME_LOG_LEVEL: 'loud' }, { simulate: '/nowhere' }, () => false);
    expect(read).to.throw(ConfigError).with.property('faults').with.length(3);
  });

  it('puts --data before HOMETIME_DATA, and that before ./data/agent', () => {
    const folder = (env: Record<string, string>, data?: string) =>
      readConfig(env, data === undefined ? {} : { data }, () => true).dataFolder;
    expect(folder({ HOMETIME_DATA: '/one' }, '/two')).to.equal('/two');
    expect(folder({ HOMETIME_DATA: '/one' })).to.equal('/one');
    expect(folder({})).to.equal(join(process.cwd(), 'data', 'agent'));
  });
});
