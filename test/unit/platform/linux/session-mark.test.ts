import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { listKernelNames, readKernelText } from '../../../../agent/platform/linux/proc.ts';
import { createSessionMark, createSessionRounds } from '../../../../agent/platform/linux/session-mark.ts';
import { makeTempFolder } from '../../../support/temp-folder.ts';
import { atNoon, playback, recorded } from '../recordings.ts';

const listed = '{"type":"a(susso)","data":[[["7",1000,"sam","","/x"]]]}';
const describe7 = (lock: 'yes' | 'no') =>
  `Id=7\nName=sam\nType=tty\nRemote=no\nClass=user\nState=active\nLockedHint=${lock}\n`;
const file7 =
  '# This is private data. Do not parse.\nUID=1000\nUSER=sam\nACTIVE=1\nSTATE=active\nREMOTE=0\nCLASS=user\n';

/** logind's folders as real files below a root of their own. */
function createRun() {
  const root = makeTempFolder();
  for (const kind of ['sessions', 'users']) mkdirSync(join(root, 'run/systemd', kind), { recursive: true });
  const write = (name: string, text: string) => writeFileSync(join(root, 'run/systemd', name), text);
  write('sessions/7', file7);
  write('users/1000', 'NAME=sam\nSTATE=active\nSESSIONS=7\n');
  const read = (path: string) => readKernelText(join(root, path));
  const list = (path: string) => listKernelNames(join(root, path));
  return { root, write, read, list, mark: createSessionMark(read, list) };
}

describe('what logind writes down (DEV2, DEV7)', () => {
  it('is the same text while nothing changed', async () => {
    const { mark } = createRun();
    expect(await mark()).to.be.a('string');
    expect(await mark()).to.equal(await mark());
  });

  const changes: [string, string, string][] = [
    ['a stranger who signs in', 'sessions/8', file7.replace('sam', 'eve')],
    ['somebody whose session bears the number of an earlier one', 'sessions/7', file7.replace('sam', 'eve')],
    ['who comes to the front', 'sessions/7', file7.replaceAll(/active|ACTIVE=1/g, 'online')],
    ['a person’s own state', 'users/1000', 'NAME=sam\nSTATE=lingering\n'],
  ];
  for (const [what, name, text] of changes) {
    it(`changes with ${what}`, async () => {
      const { mark, write } = createRun();
      const before = await mark();
      write(name, text);
      expect(await mark()).to.not.equal(before);
      expect(await mark()).to.be.a('string');
    });
  }

  it('cannot be had while a session is closing, nor where logind keeps no files', async () => {
    const { mark, write } = createRun();
    write('sessions/7', file7.replace('STATE=active', 'STATE=closing'));
    expect(await mark()).to.equal(undefined);
    expect(await createSessionMark(readKernelText, async () => undefined)()).to.equal(undefined);
    expect(await createSessionMark(async () => undefined, createRun().list)()).to.equal(undefined);
  });

  it('does not open the pipes that lie beside the files: that would wait for ever', async function () {
    const { mark, root } = createRun();
    if (spawnSync('mkfifo', [join(root, 'run/systemd/sessions/7.ref')]).status !== 0) this.skip();
    expect(await mark()).to.contain('7.ref');
    expect(await readKernelText(join(root, 'run/systemd/sessions/7.ref'))).to.equal('');
  });
});

describe('rounds of looks at who is signed in (DEV2, DEV7)', () => {
  function createRounds(lock: 'yes' | 'no' = 'no') {
    const run = createRun();
    const answers = { busctl: listed, loginctl: describe7(lock) };
    const exec = playback({ busctl: () => answers.busctl, loginctl: () => answers.loginctl });
    const probe = createSessionRounds({ exec, clock: atNoon, read: run.read, list: run.list });
    const glance = async () => {
      const before = exec.calls.length;
      const reading = await probe(new AbortController().signal, 'glance');
      const people = reading.state === 'known' ? reading.value.sessions.map(({ person }) => person) : reading.reason;
      return { people, started: exec.calls.length - before };
    };
    return { ...run, answers, glance, exec, probe };
  }

  it('start no process while logind wrote nothing, and show a stranger at the very next one', async () => {
    const { glance, answers, write } = createRounds();
    await glance();
    await glance();
    expect(await glance()).to.deep.equal({ people: ['sam'], started: 0 });
    write('sessions/8', file7.replace('sam', 'eve'));
    answers.busctl = recorded('busctl-ListSessions-json.txt');
    answers.loginctl = recorded('loginctl-show-session-ssh.txt');
    expect((await glance()).started).to.be.greaterThan(0);
  });

  it('ask logind each time while a screen is locked: that it was unlocked is written nowhere', async () => {
    const { glance } = createRounds('yes');
    for (let round = 0; round < 4; round += 1) expect((await glance()).started).to.equal(2);
  });

  it('leave whoever asks for more than a glance to logind itself: a log-out is never proved by what was kept', async () => {
    const { glance, probe, answers, exec } = createRounds();
    for (let round = 0; round < 3; round += 1) await glance();
    answers.busctl = '{"type":"a(susso)","data":[[]]}';
    const before = exec.calls.length;
    const reading = await probe(new AbortController().signal);
    expect(reading).to.have.deep.nested.property('value.sessions', []);
    expect(exec.calls.length).to.be.greaterThan(before);
  });
});
