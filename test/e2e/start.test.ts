import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect } from 'chai';
import { freePort } from '../support/ports.ts';
import { type Options, type Outcome, type Running, run, start } from '../support/processes.ts';
import { makeTempFolder } from '../support/temp-folder.ts';

const program = ['node', 'dist/server/main.js'];

describe('hometime-server, from the command line', function () {
  this.timeout(60_000);
  let folder: string;
  let env: Record<string, string>;

  beforeEach(async () => {
    folder = join(makeTempFolder(), 'data');
    env = {
      HOMETIME_PEOPLE_PORT: String(await freePort()),
      HOMETIME_AGENT_PORT: String(await freePort()),
      HOMETIME_AGENT_HOST: '127.0.0.1',
      HOMETIME_ADDRESS: '127.0.0.1',
    };
  });
  const call = (args: string[], options: Options = {}): Promise<Outcome> =>
    run([...program, ...args, '--data', folder], { env, ...options });
  const started = async (): Promise<Running> => {
    const server = start([...program, 'start', '--data', folder], { env });
    await server.said(/Hometime is running/);
    return server;
  };

  it('says where it is, gives a set-up link until there is an administrator, ends cleanly, and starts again', async () => {
    const first = await started();
    const link = await first.said(/Set-up link: (http:\S+\/set-up#token=\S+)/);
    expect(link[1]).to.include(env.HOMETIME_PEOPLE_PORT);
    await first.said(/Data: (\S+)/);
    expect(await first.stop('SIGINT')).to.equal(0);
    const added = await call(['admin', 'add', '--email', 'ada@example.org', '--name', 'Ada', '--password-stdin'], {
      input: 'a long enough password\n',
    });
    expect(added.code).to.equal(0);
    const second = await started();
    expect(second.stdout()).not.to.include('Set-up link');
    expect(await second.stop()).to.equal(0);
  });

  it('keeps its keys to itself: folder 0700, files 0600', async () => {
    await call(['token', 'add', '--name', 'x', '--role', 'manager']);
    expect(statSync(folder).mode & 0o777).to.equal(0o700);
    for (const file of ['authority-key.pem', 'command-key.pem', 'server.pem']) {
      expect(statSync(join(folder, 'authority', file)).mode & 0o077, file).to.equal(0);
    }
  });

  it('prints only what a program reads on standard output', async () => {
    const token = await call(['token', 'add', '--name', 'x', '--role', 'administrator']);
    expect(token.stdout).to.match(/^ht_[\w-]{43}\n$/);
    const link = await call(['enrol-link', '--name', 'Tablet 3', '--kind', 'tablet', '--child-facing']);
    expect(link.stdout).to.match(new RegExp(`^https://127\\.0\\.0\\.1:${env.HOMETIME_AGENT_PORT}/enrol#\\S+\\n$`));
    const openapi = await call(['openapi']);
    expect(JSON.parse(openapi.stdout)).to.have.property('openapi', '3.1.0');
  });

  it('stops with every wrong setting listed at once', async () => {
    const outcome = await call(['start'], {
      env: {
        HOMETIME_PEOPLE_PORT: 'eighty',
        HOMETIME_AGENT_PORT: '0',
        HOMETIME_LOG_LEVEL: 'loud',
        HOMETIME_DATABASE_URL: 'mysql://x',
      },
    });
    expect(outcome.code).to.equal(1);
    expect(outcome.stdout).to.equal('');
    for (const name of ['HOMETIME_PEOPLE_PORT', 'HOMETIME_AGENT_PORT', 'HOMETIME_LOG_LEVEL', 'HOMETIME_DATABASE_URL']) {
      expect(outcome.stderr).to.include(name);
    }
  });

  it('says which port is in use and which setting changes it', async () => {
    for (const name of ['HOMETIME_PEOPLE_PORT', 'HOMETIME_AGENT_PORT'] as const) {
      const squatter = createServer().listen(Number(env[name]), '127.0.0.1');
      const outcome = await call(['start']);
      squatter.close();
      expect(outcome.code).to.equal(1);
      expect(outcome.stderr).to.match(new RegExp(`Port ${env[name]} is already in use.*${name}`));
    }
  });

  it('says that the data folder cannot be written, and how to choose another', async () => {
    const file = join(makeTempFolder(), 'file');
    writeFileSync(file, '');
    // Below a file, and where the system itself makes no folders, whoever asks.
    for (const impossible of [join(file, 'data'), '/proc/hometime/data']) {
      folder = impossible;
      const outcome = await call(['start']);
      expect(outcome.code).to.equal(1);
      expect(outcome.stderr).to.match(/data folder .* cannot be made or written.*--data or HOMETIME_DATA/s);
    }
  });

  it('refuses a half-written database, says what to do, and leaves every byte of it', async () => {
    await call(['token', 'add', '--name', 'x', '--role', 'manager']);
    const database = join(folder, 'hometime.db');
    const whole = readFileSync(database);
    for (const damaged of [
      whole.subarray(0, 20_000),
      Buffer.concat([whole.subarray(0, 8_192), Buffer.alloc(60_000, 0x5a)]),
      Buffer.from('not a database at all'),
    ]) {
      writeFileSync(database, damaged);
      const outcome = await call(['start']);
      expect(outcome.code).to.equal(1);
      expect(outcome.stderr).to.match(/damaged or is not a database.*restore your last backup/s);
      expect(readFileSync(database).equals(damaged)).to.equal(true);
    }
  });

  it('refuses keys that others may read, and keys that are lost while devices depend on them', async () => {
    await call(['token', 'add', '--name', 'x', '--role', 'manager']);
    const key = join(folder, 'authority', 'authority-key.pem');
    chmodSync(key, 0o644);
    const open = await call(['start']);
    expect(open.code).to.equal(1);
    expect(open.stderr).to.match(/authority-key\.pem/);
    chmodSync(key, 0o600);
    writeFileSync(key, '');
    const lost = await call(['start']);
    expect(lost.code).to.equal(1);
    expect(lost.stderr).to.match(/backup/);
  });

  it('never makes new keys, nor a new database, in place of lost ones that devices depend on', async () => {
    await call(['token', 'add', '--name', 'x', '--role', 'manager']);
    const database = join(folder, 'hometime.db');
    const whole = readFileSync(database);
    writeFileSync(database, '');
    const emptied = await call(['start']);
    expect(emptied.code).to.equal(1);
    expect(emptied.stdout).to.equal('');
    expect(emptied.stderr).to.match(/damaged or is not a database.*empty/s);
    writeFileSync(database, whole);

    const server = await started();
    const link = (await call(['enrol-link', '--name', 'Tablet 1'])).stdout.trim();
    const enrolled = await run([
      'node',
      'dist/hometime-agent.cjs',
      'enrol',
      link,
      '--data',
      join(makeTempFolder(), 'agent'),
    ]);
    expect(enrolled.code, enrolled.stderr).to.equal(0);
    await server.stop();
    renameSync(join(folder, 'authority'), join(folder, 'put-away'));
    const lost = await call(['start']);
    expect(lost.code).to.equal(1);
    expect(lost.stderr).to.match(/authority is missing, and 1 enrolled device.*backup/s);
    expect(existsSync(join(folder, 'authority'))).to.equal(false);
    renameSync(join(folder, 'put-away'), join(folder, 'authority'));
    expect(await (await started()).stop()).to.equal(0);
  });

  it('keeps its files from others also in a folder that was there before and is open', async () => {
    mkdirSync(folder, { recursive: true, mode: 0o755 });
    expect((await call(['token', 'add', '--name', 'x', '--role', 'manager'])).code).to.equal(0);
    expect(statSync(join(folder, 'hometime.db')).mode & 0o077).to.equal(0);
  });

  it('keeps standard output clean when the database cannot be opened', async () => {
    const outcome = await call(['token', 'add', '--name', 'x', '--role', 'manager'], {
      env: { ...env, HOMETIME_DATABASE_URL: 'sqlite:/proc/none/x.db' },
    });
    expect(outcome.code).to.equal(1);
    expect(outcome.stdout).to.equal('');
    expect(outcome.stderr).to.match(/cannot be opened for writing/);
  });

  it('refuses wrong words on the command line with its help, and writes nothing', async () => {
    for (const args of [
      ['wipe-all'],
      ['token', 'add', '--name', 'x', '--role', 'king'],
      ['enrol-link'],
      ['enrol-link', '--name', 'a/b'],
      ['admin', 'add', '--email', 'no', '--name', 'x', '--password-stdin'],
    ]) {
      const outcome = await call(args, { input: 'short' });
      expect(outcome.code, args.join(' ')).to.equal(1);
      expect(outcome.stdout, args.join(' ')).to.equal('');
      expect(outcome.stderr, args.join(' ')).to.match(/\w{3,}/);
    }
  });

  it('does not start twice on one data folder', async () => {
    const first = await started();
    const second = await call(['start'], {
      env: { HOMETIME_PEOPLE_PORT: String(await freePort()), HOMETIME_AGENT_PORT: String(await freePort()) },
    });
    expect(second.code).to.equal(1);
    expect(second.stderr).to.match(/already runs on/);
    await first.killHard();
    const third = await started();
    expect(await third.stop()).to.equal(0);
  });

  it('makes a data folder that is not there, parents included', async () => {
    folder = join(folder, 'deep', 'down');
    mkdirSync(join(folder, '..'), { recursive: true });
    expect((await call(['token', 'add', '--name', 'x', '--role', 'manager'])).code).to.equal(0);
    expect(existsSync(join(folder, 'hometime.db'))).to.equal(true);
  });
});
