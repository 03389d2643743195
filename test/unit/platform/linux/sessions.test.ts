import { expect } from 'chai';
import fc from 'fast-check';
import type { Exec } from '../../../../agent/platform/exec.ts';
import {
  parseListSessions,
  parseSessionTable,
  parseShowSession,
} from '../../../../agent/platform/linux/logind-text.ts';
import { createSessionsProbe } from '../../../../agent/platform/linux/sessions.ts';
import { sessionsSchema } from '../../../../shared/report/sessions.ts';
import { atNoon, damaged, exited, playback, recorded } from '../recordings.ts';

const list = recorded('busctl-ListSessions-json.txt');
const shown = {
  1: recorded('loginctl-show-session-console.txt'),
  3: recorded('loginctl-show-session-ssh.txt'),
  5: recorded('loginctl-show-session-notty.txt'),
};
const all = `${shown[1]}\n${shown[3]}\n${shown[5]}`;
const none = '{"type":"a(susso)","data":[[]]}\n';

/** Files of a made-up /proc and /etc. */
function files(given: Record<string, string>) {
  const names = (path: string) => [
    ...new Set(
      Object.keys(given)
        .filter((file) => file.startsWith(`${path}/`))
        .map((file) => file.slice(path.length + 1).split('/')[0] ?? ''),
    ),
  ];
  return {
    read: async (path: string) => given[path],
    list: async (path: string) => (names(path).length > 0 ? names(path) : undefined),
  };
}

function ask(exec: Exec, given: Record<string, string> = {}) {
  return createSessionsProbe({ exec, clock: atNoon, ...files(given) })(new AbortController().signal);
}

const oneSession = (fields: string) =>
  playback({
    busctl: '{"type":"a(susso)","data":[[["7",1000,"sam","","/x"]]]}',
    loginctl: `Id=7\nName=sam\nType=tty\nRemote=no\nClass=user\nState=active\nLockedHint=no\n${fields}`,
  });

describe('who is signed in on Linux (DEV2, DEV7)', () => {
  it('reports every person’s session, the one without a terminal too, in a steady order', async () => {
    const exec = playback({ busctl: list, loginctl: all });
    const reading = await ask(exec);
    expect(reading).to.deep.equal({
      state: 'known',
      at: '2026-11-21T12:00:00.000Z',
      value: {
        sessions: [
          {
            id: '1',
            person: 'sam',
            where: 'console',
            since: '2026-11-21T07:12:58.000Z',
            activity: 'active',
            locked: null,
          },
          {
            id: '3',
            person: 'agency',
            where: 'remote',
            since: '2026-11-21T07:13:08.000Z',
            activity: 'active',
            locked: null,
          },
          {
            id: '5',
            person: 'sam',
            where: 'remote',
            since: '2026-11-21T07:13:22.000Z',
            activity: 'active',
            locked: null,
          },
        ],
      },
    });
    if (reading.state === 'known') sessionsSchema.parse(reading.value);
    expect(exec.calls).to.have.length(2);
    // A list after one -p is an unknown property to systemd 252: it prints nothing at all.
    expect(exec.calls[1]).to.match(/^loginctl show-session 5 3 1 -p Id -p Name /);
  });

  it('says nobody only when logind says so', async () => {
    expect(await ask(playback({ busctl: none }))).to.have.deep.property('value', { sessions: [] });
    expect(await ask(playback({ busctl: '' }))).to.include({ state: 'unknown', reason: 'not-understood' });
    expect(await ask(playback({ busctl: { kind: 'timed-out' } }))).to.include({
      reason: 'timed-out',
      detail: 'busctl',
    });
    expect(await ask(playback({}))).to.include({ state: 'unknown', reason: 'no-session-service' });
    const noSystemd = exited('', 1, recorded('loginctl-json-no-systemd.stderr.txt'));
    expect(await ask(playback({ busctl: noSystemd, loginctl: noSystemd }))).to.include({
      reason: 'no-session-service',
    });
  });

  it('is unknown, and uses no weaker evidence, when logind fails on a machine that systemd runs', async () => {
    const proc = { '/run/systemd/system/x': '', '/proc/9/loginuid': '1000', '/proc/9/stat': '9 (sh) S 1 9 9 34816 9' };
    expect(await ask(playback({ busctl: exited('', 1), loginctl: exited('', 1) }), proc)).to.include({
      state: 'unknown',
      reason: 'tool-failed',
    });
  });

  it('keeps the other sessions when one ends between the list and the question', async () => {
    let asked = 0;
    const exec = playback({
      busctl: () => {
        asked += 1;
        return asked === 1 ? list : list.replace('["3",1001,"agency","","/org/freedesktop/login1/session/_33"],', '');
      },
      // loginctl stops at the first session it does not find.
      loginctl: (args) => (args.includes('3') ? exited(shown[5], 1) : args.includes('1') ? shown[1] : shown[5]),
    });
    const reading = await ask(exec);
    expect(reading.state === 'known' && reading.value.sessions.map(({ id }) => id)).to.deep.equal(['1', '5']);
  });

  it('is unknown when a session that is still listed is not described', async () => {
    const exec = playback({
      busctl: list,
      loginctl: (args) => (args.includes('5') ? exited(`${shown[1]}\n${shown[3]}`, 1) : ''),
    });
    expect(await ask(exec)).to.include({ state: 'unknown', detail: 'loginctl' });
  });

  it('leaves out login screens and services, and keeps a class it has never heard of', async () => {
    for (const name of ['greeter', 'lock-screen', 'manager', 'manager-early', 'background', 'background-light']) {
      const reading = await ask(oneSession(`Class=${name}\n`));
      expect(reading, name).to.have.deep.property('value', { sessions: [] });
    }
    for (const name of ['user', 'user-early', 'user-light', 'something-new']) {
      const reading = await ask(oneSession(`Class=${name}\n`));
      expect(reading.state === 'known' && reading.value.sessions.length, name).to.equal(1);
    }
  });

  it('keeps a closing session while programs of it run, or while that cannot be seen', async () => {
    const closing = oneSession('State=closing\n');
    const scope = '0::/user.slice/user-1000.slice/session-7.scope\n';
    const people = async (given: Record<string, string>) => {
      const reading = await ask(closing, given);
      return reading.state === 'known' ? reading.value.sessions.map(({ activity }) => activity) : undefined;
    };
    expect(await people({ '/proc/1/cgroup': '0::/init.scope', '/proc/99/cgroup': scope })).to.deep.equal([
      'disconnected',
    ]);
    expect(await people({ '/proc/1/cgroup': '0::/init.scope' })).to.deep.equal([]);
    expect(await people({})).to.deep.equal(['disconnected']);
    // hidepid=1 shows the numbers of all processes, and lets one read only one's own.
    expect(await people({ '/proc/1/comm': 'init', '/proc/900/cgroup': '0::/x' })).to.deep.equal(['disconnected']);
  });

  it('reports a lock only when the locker set it, and no time rather than a guessed one', async () => {
    const locked = await ask(oneSession('LockedHint=yes\nTimestamp=Sat 2026-11-21 07:12:58 CET\n'));
    expect(locked).to.have.nested.property('value.sessions[0].locked', true);
    expect(locked).to.have.nested.property('value.sessions[0].since', null);
  });

  it('keeps an account of a domain apart from the local one of that name (DEV7)', async () => {
    const domain = await ask(oneSession('Name=NURSERY\\becca\n'));
    expect(domain).to.have.nested.property('value.sessions[0].person', 'becca@NURSERY');
    expect(await ask(oneSession('Name=becca\n'))).to.have.nested.property('value.sessions[0].person', 'becca');
  });

  it('is unknown when a name cannot travel', async () => {
    for (const name of ['a/b', '\\becca', 'NURSERY\\', 'A\\B\\becca', `${'D'.repeat(60)}\\becca`]) {
      const reading = await ask(oneSession(`Name=${name}\n`));
      expect(reading, name).to.include({ state: 'unknown', reason: 'not-understood' });
    }
  });

  it('is unknown rather than a cut list when more are signed in than a report can hold', async () => {
    const ids = Array.from({ length: 201 }, (_none, index) => `c${index}`);
    const many = (count: number) => {
      const some = ids.slice(0, count);
      return playback({
        busctl: JSON.stringify({ type: 'a(susso)', data: [some.map((id) => [id, 1000, 'sam', '', '/x'])] }),
        loginctl: some.map((id) => `Id=${id}\nName=sam\nType=tty\nClass=user\nState=active\n`).join('\n'),
      });
    };
    expect(await ask(many(200))).to.have.nested.property('value.sessions.length', 200);
    expect(await ask(many(201))).to.include({ state: 'unknown', reason: 'not-understood' });
  });

  it('reads the list of a loginctl without busctl, in any version’s table', async () => {
    expect(parseSessionTable(recorded('loginctl-table-nolegend.txt'))).to.deep.equal(['1', '3', '5']);
    expect(parseSessionTable('  c1 1000 sam seat0 - active no -\n')).to.deep.equal(['c1']);
    expect(parseSessionTable(recorded('loginctl-table-none.txt'))).to.equal(undefined);
    const exec = playback({
      loginctl: (args) => (args[0] === 'list-sessions' ? recorded('loginctl-table-nolegend.txt') : all),
    });
    const reading = await ask(exec);
    expect(reading.state === 'known' && reading.value.sessions).to.have.length(3);
  });

  it('finds people by their login uid without logind, and never concludes that nobody is there', async () => {
    const proc = {
      '/etc/passwd': 'root:x:0:0::/root:/bin/sh\nsam:x:1000:1000::/home/sam:/bin/sh\n',
      '/proc/1/loginuid': '4294967295',
      '/proc/50/loginuid': '1000',
      '/proc/50/sessionid': '2',
      '/proc/50/stat': '50 (a) b (sh) S 1 50 50 34816 50 0',
    };
    expect(await ask(playback({}), proc)).to.have.nested.property('value.sessions[0].person', 'sam');
    // A program without a terminal may be a desktop or a leftover: then the list cannot be told.
    const desktop = {
      ...proc,
      '/proc/60/loginuid': '1001',
      '/proc/60/sessionid': '3',
      '/proc/60/stat': '60 (x) S 1 60 60 0 -1',
    };
    expect(await ask(playback({}), desktop)).to.include({ reason: 'no-session-service' });
  });

  it('does not take its own sign-in for the only one where the processes of others are hidden', async () => {
    const own = {
      '/etc/passwd': 'sam:x:1000:1000::/home/sam:/bin/sh\n',
      '/proc/900/loginuid': '1000',
      '/proc/900/sessionid': '4',
      '/proc/900/stat': '900 (sh) S 1 900 900 34816 900',
    };
    expect(await ask(playback({}), own)).to.include({ state: 'unknown', reason: 'no-session-service' });
    // hidepid=1 shows the numbers, and lets nobody read.
    const closed = { ...own, '/proc/1/comm': 'init', '/proc/901/comm': 'x' };
    expect(await ask(playback({}), closed)).to.include({ state: 'unknown', reason: 'no-session-service' });
    const open = { ...own, '/proc/1/loginuid': '4294967295' };
    expect(await ask(playback({}), open)).to.have.nested.property('value.sessions.length', 1);
  });

  it('never concludes that nobody is there from damaged output', async () => {
    const isNobody = (reading: Awaited<ReturnType<typeof ask>>) =>
      reading.state === 'known' && reading.value.sessions.length < 3;
    for (const busctl of damaged(list))
      expect(isNobody(await ask(playback({ busctl, loginctl: all }))), busctl.slice(0, 40)).to.equal(false);
    for (const loginctl of damaged(all))
      expect(isNobody(await ask(playback({ busctl: list, loginctl })))).to.equal(false);
  });

  it('parsers take any text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), fc.string({ unit: 'binary' })), (text) => {
        parseListSessions(text);
        parseSessionTable(text);
        parseShowSession(text);
      }),
    );
  });
});
