import { expect } from 'chai';
import fc from 'fast-check';
import type { ExecResult } from '../../../../agent/platform/exec.ts';
import { parseConsoleOwner, parseConsoleUsers } from '../../../../agent/platform/macos/console-users.ts';
import { parseDictionary } from '../../../../agent/platform/macos/dictionary-text.ts';
import { createSessionsProbe } from '../../../../agent/platform/macos/sessions.ts';
import { parseWho } from '../../../../agent/platform/macos/who-text.ts';
import { sessionsSchema } from '../../../../shared/report/sessions.ts';
import { atNoon, damaged, playback } from '../recordings.ts';
import { recordedOnMac } from './mac.ts';

const two = recordedOnMac('scutil_ConsoleUser-two-sessions');
const none = recordedOnMac('scutil_ConsoleUser-none');
const atScreen = recordedOnMac('who-console');
const owner = recordedOnMac('stat_console-user');
const loginWindow = recordedOnMac('stat_console-loginwindow');

type Said = string | ExecResult;

async function ask({ scutil = none, who = '', stat = loginWindow }: { scutil?: Said; who?: Said; stat?: Said }) {
  const exec = playback({ scutil, who, stat });
  const reading = await createSessionsProbe({ exec, clock: atNoon })(new AbortController().signal);
  if (reading.state === 'known') sessionsSchema.parse(reading.value);
  return reading;
}

async function people(given: Parameters<typeof ask>[0]): Promise<string> {
  const reading = await ask(given);
  if (reading.state === 'unknown') return `unknown ${reading.reason}`;
  return reading.value.sessions.map(({ id, person, activity }) => `${id} ${person} ${activity}`).join(', ') || 'nobody';
}

describe('who is signed in on macOS (DEV2, DEV7)', () => {
  it('reports the person at the screen and the one in the background of fast user switching', async () => {
    expect(await ask({ scutil: two, who: atScreen, stat: owner })).to.have.deep.property('value', {
      sessions: [
        {
          id: 'gui-501',
          person: 'sam',
          where: 'graphical',
          since: '2026-09-14T08:01:00.000Z',
          activity: 'active',
          locked: null,
        },
        { id: 'gui-502', person: 'jo', where: 'graphical', since: null, activity: 'disconnected', locked: null },
      ],
    });
    const locked = two.replace('kCGSSessionAuditIDKey', 'CGSSessionScreenIsLocked : TRUE\n      kCGSSessionAuditIDKey');
    expect(await ask({ scutil: locked, stat: owner })).to.have.nested.property('value.sessions[0].locked', true);
  });

  it('asks scutil on its standard input, with the agent’s own words only', async () => {
    const inputs: (string | undefined)[] = [];
    const exec = playback({ scutil: none, who: '', stat: loginWindow });
    const probe = createSessionsProbe({
      exec: (tool, args, options) => {
        inputs.push(options?.input);
        return exec(tool, args);
      },
      clock: atNoon,
    });
    await probe(new AbortController().signal);
    expect(exec.calls).to.deep.equal(['scutil', 'who', 'stat -f %Su %u /dev/console']);
    expect(inputs).to.deep.equal(['show State:/Users/ConsoleUser\n', undefined, undefined]);
  });

  it('says nobody only when scutil, who and the owner of the screen all do', async () => {
    expect(await people({})).to.equal('nobody');
    expect(
      await people({ stat: recordedOnMac('stat_console-setup'), who: '_mbsetupuser console Sep 14 08:01 \n' }),
    ).to.equal('nobody');
    expect(await people({ stat: 'loginwindow 0\n' })).to.equal('nobody');
    expect(await people({ stat: owner })).to.equal('unknown not-understood');
    expect(await people({ who: atScreen })).to.equal('console sam unknown, ttys000 sam unknown');
    expect(await people({ stat: '' })).to.equal('unknown not-understood');
    expect(await people({ scutil: '' })).to.equal('unknown not-understood');
    for (const tool of ['scutil', 'who', 'stat'] as const) {
      expect(await people({ [tool]: { kind: 'missing' } })).to.equal('unknown tool-missing');
      expect(await people({ [tool]: { kind: 'timed-out' } })).to.equal('unknown timed-out');
      expect(await people({ [tool]: { kind: 'exited', code: 1, stdout: '', stderr: '' } })).to.equal(
        'unknown tool-failed',
      );
    }
  });

  it('takes the login window for nobody, while people in the background stay signed in', async () => {
    const window =
      '<dictionary> {\n  SessionInfo : <array> {\n    0 : <dictionary> {\n      kCGSSessionGroupIDKey : 88\n      kCGSSessionOnConsoleKey : TRUE\n    }\n  }\n}\n';
    expect(await people({ scutil: window })).to.equal('nobody');
    const behind = two.replaceAll('sam', 'loginwindow').replaceAll('501', '0').replaceAll('Done', 'Undone');
    expect(await people({ scutil: behind })).to.equal('gui-502 jo disconnected');
    // Somebody signed in as root, or a session without a name: not the login window.
    expect(await people({ scutil: two.replaceAll('sam', 'root') })).to.equal('unknown not-understood');
    expect(await people({ scutil: window.replace('GroupIDKey : 88', 'UserIDKey : 501') })).to.equal(
      'unknown not-understood',
    );
  });

  it('believes a list although the screen stayed root’s after automatic sign-in', async () => {
    expect(await people({ scutil: two, stat: loginWindow })).to.equal('gui-501 sam active, gui-502 jo disconnected');
  });

  it('reports a new account at its first sign-in by fast user switching, which only the outer lines name', async () => {
    const outer = two.replace('  Name : sam', '  Name : kit').replace('  UID : 501', '  UID : 503');
    expect(await people({ scutil: outer, stat: 'kit 503\n' })).to.equal(
      'gui-501 sam unknown, gui-502 jo disconnected, gui-503 kit active',
    );
    expect(await people({ scutil: outer.replace('  UID : 503\n', '') })).to.equal('unknown not-understood');
  });

  it('names a person by the account, not by the name they signed in with', async () => {
    const alias = two.replaceAll('sam', 'sam@nursery.example');
    expect(await people({ scutil: alias, stat: 'sam 501\n', who: atScreen })).to.equal(
      'gui-501 sam active, gui-502 jo disconnected',
    );
    expect(await people({ scutil: alias, stat: 'kit 504\n' })).to.equal('unknown not-understood');
  });

  it('never lets an account of a domain pass for the local one of that name', async () => {
    expect(await people({ scutil: two.replaceAll('sam', 'NURSERY\\sam'), stat: 'NURSERY\\sam 501' })).to.match(
      /^gui-501 sam@NURSERY active/,
    );
    const twoSams = two.replaceAll(' jo', ' NURSERY\\sam');
    expect(await people({ scutil: twoSams, stat: owner })).to.equal(
      'gui-501 sam active, gui-502 sam@NURSERY disconnected',
    );
  });

  it('reports remote sign-ins and people at a terminal, and no terminal of a person twice', async () => {
    const remote = 'agency  ttys003  Sep 14 09:40 (192.168.1.20)\nsam  ttys004  Sep 14 09:41 (sams-iphone.local)\n';
    expect(await people({ scutil: two, stat: owner, who: atScreen + remote })).to.equal(
      'gui-501 sam active, gui-502 jo disconnected, ttys003 agency active, ttys004 sam active',
    );
    expect(await people({ who: 'agency   ttys003  Sep  4 09:40 \n' })).to.equal('ttys003 agency unknown');
    expect(await people({ scutil: two, stat: owner, who: 'sam  ttys005  Sep 14 09:41 (tmux(812).%0)\n' })).to.equal(
      'gui-501 sam active, gui-502 jo disconnected',
    );
    expect(await people({ scutil: two, stat: owner, who: 'sam      console  14 Sep. 08:01\n' })).to.equal(
      'unknown not-understood',
    );
  });

  it('tells the year that who leaves out, and no time where the line has none', () => {
    const since = (line: string) => parseWho(line, atNoon.now())?.[0]?.since;
    expect(since('sam console Nov 21 12:00 ')).to.equal('2026-11-21T12:00:00.000Z');
    expect(since('sam console Dec  3 07:59 ')).to.equal('2025-12-03T07:59:00.000Z');
    expect(since('sam console Feb 29 07:59 ')).to.equal(null);
    expect(since('sam console Foo 12 07:59 ')).to.equal(null);
  });

  it('never says nobody from a damaged list, and reads other line ends and a byte-order mark', async () => {
    const whole = await people({ scutil: two, stat: owner });
    for (const scutil of damaged(two)) expect(await people({ scutil })).to.be.oneOf([whole, 'unknown not-understood']);
    expect(parseConsoleUsers(two.replaceAll('\n', '\r\n'))).to.deep.equal(parseConsoleUsers(two));
    expect(parseConsoleUsers(`\uFEFF${two}`)).to.deep.equal(parseConsoleUsers(two));
    for (const scutil of damaged(none))
      expect(await people({ scutil })).to.be.oneOf(['nobody', 'unknown not-understood']);
  });

  it('never takes a person’s damaged line for nobody', async () => {
    for (const stat of damaged(owner)) expect(parseConsoleOwner(stat)).to.not.equal('nobody');
    for (const stat of damaged(loginWindow)) expect(parseConsoleOwner(stat)).to.be.oneOf(['nobody', undefined]);
    for (const who of damaged(atScreen).filter((each) => each.includes('sam')))
      expect(await people({ who })).to.not.equal('nobody');
  });

  it('parsers take any text without throwing, and never find an empty list in noise', () => {
    const lines = fc.array(
      fc.constantFrom(
        '<dictionary> {',
        '  a : <array> {',
        '  SessionInfo : <array> {',
        '}',
        'Name : x',
        '  UID : 5',
        'b',
      ),
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string({ unit: 'binary' }),
          lines.map((each) => each.join('\n')),
        ),
        (text) => {
          parseDictionary(text);
          parseConsoleOwner(text);
          parseWho(text, atNoon.now());
          const sessions = parseConsoleUsers(text);
          if (sessions?.length === 0) expect(text).to.match(/SessionInfo|No such key/);
        },
      ),
    );
    expect(parseDictionary('<dictionary> {\n'.repeat(100_000))).to.equal(undefined);
    expect(parseDictionary(`<dictionary> {\n${'a : <array> {\n'.repeat(500_000)}`)).to.equal(undefined);
  });
});
