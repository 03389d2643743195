import { expect } from 'chai';
import { explain } from '../../../agent/explain/explain.ts';
import type { Testimony } from '../../../agent/platform/witness.ts';
import { known, unknown } from '../../../shared/reading.ts';
import type { Encryption } from '../../../shared/report/encryption.ts';
import type { Filtering } from '../../../shared/report/filtering.ts';
import { sectionNames } from '../../../shared/report/report.ts';
import { encryptionOf, good, signedIn } from '../shared/facts.ts';

const at = '2026-11-21T12:00:00.000Z';
const lsblk: Testimony = {
  asked: 'tool',
  tool: 'lsblk',
  args: ['--json'],
  gave: { kind: 'exited', code: 0, stdout: '{\n}\n', stderr: '' },
  ms: 3,
};

const filter: Filtering = {
  state: 'on',
  provider: 'umbrella',
  tests: [{ filter: 'umbrella', category: 'adult', outcome: 'blocked' }],
  safeSearch: 'on',
  bypasses: [],
};

describe('explaining a section in plain words', () => {
  for (const section of sectionNames) {
    it(`says of ${section} what was asked, what was answered and how it follows`, () => {
      const text = explain(section, good, [lsblk]);
      expect(text).to.match(new RegExp(`^${section}: .+\\?`));
      for (const title of ['What was asked', 'What was answered', 'How it follows'])
        expect(text).to.include(`\n${title}\n`);
      expect(text).to.include('the tool "lsblk --json": answered, 2 lines');
      expect(text).not.to.match(/undefined|\[object|NaN/);
    });

    it(`says of ${section} that it is not known, why, and what to do (unknown is never "safe")`, () => {
      const text = explain(section, { [section]: unknown('permission-denied', at, 'lsblk') }, []);
      expect(text).to.include('It is NOT KNOWN: the agent is not allowed to ask. It concerns the tool "lsblk".');
      expect(text).to.include('never "safe"');
      expect(text).not.to.match(/\bPROTECTED\b|signed out everywhere|Nobody is signed in/);
    });
  }

  it('names the volume that stands against protection (DEV1)', () => {
    const volumes: Encryption['volumes'] = [{ id: 'sda3', holds: 'swap', state: 'not-protected' }];
    const partial = known<Encryption>({ protection: 'partial', volumes }, at);
    const text = explain('encryption', { encryption: partial }, []);
    expect(text).to.include('What stands against it: sda3 is NOT encrypted.');
    expect(text).to.include('PARTLY');
  });

  it('says "protected" only of a device that is (DEV1)', () => {
    for (const verdict of ['not-protected', 'partial', 'converting'] as const) {
      expect(explain('encryption', { encryption: encryptionOf(verdict) }, [])).not.to.include('is PROTECTED');
    }
    expect(explain('encryption', { encryption: encryptionOf('protected') }, [])).to.include('is PROTECTED');
  });

  it('names who is signed in (DEV7)', () => {
    expect(explain('sessions', { sessions: signedIn('alice') }, [])).to.include('alice is signed in');
  });

  it('says a question that was asked of many processes once', () => {
    const files = [1, 20, 300].map((id): Testimony => ({ asked: 'file', path: `/proc/${id}/loginuid`, gave: '1\n' }));
    expect(explain('sessions', good, files)).to.include('3 files like /proc/…/loginuid: 1 line');
  });

  it('says once also what was asked of each link, disk and home, and apart what was answered otherwise', () => {
    const kinds = [
      ['/sys/class/net/eth0/type', '1\n'],
      ['/sys/class/net/wlan0/type', '1\n'],
      ['/sys/class/net/lo/type', undefined],
      ['/home/anna/.config/user-dirs.dirs', undefined],
      ['/home/berta/.config/user-dirs.dirs', undefined],
    ] as const;
    const text = explain('location', good, [
      ...kinds.map(([path, gave]): Testimony => ({ asked: 'file', path, gave })),
      ...['eth0', 'lo'].map((link): Testimony => ({ asked: 'folder', path: `/sys/class/net/${link}/phy`, gave: [] })),
    ]);
    expect(text).to.include('- 2 files like /sys/class/net/…/type: 1 line\n');
    expect(text).to.include('- the file /sys/class/net/lo/type: not there, or may not be read\n');
    expect(text).to.include('- 2 files like /home/…/.config/user-dirs.dirs: not there, or may not be read\n');
    expect(text).to.include('- 2 folders like /sys/class/net/…/phy: 0 names\n');
  });

  it('tells each way in which a tool gave nothing', () => {
    const gaves = [{ kind: 'missing' }, { kind: 'timed-out' }, { kind: 'failed', why: 'killed' }] as const;
    const text = explain(
      'system',
      good,
      gaves.map((gave, index) => ({ ...lsblk, args: [String(index)], gave })),
    );
    expect(text).to.include('not installed').and.to.include('did not answer in time').and.to.include('failed (killed)');
  });

  it('says "on" of no filter of which a way round was not looked for (DEV5)', () => {
    const bypassesUnread = [{ what: 'browser-doh' as const, reason: 'permission-denied' as const }];
    const unread = known<Filtering>({ ...filter, bypassesUnread }, at);
    const text = explain('filtering', { filtering: unread }, []);
    expect(text)
      .to.include('CANNOT BE TOLD')
      .and.not.to.match(/is ON|No way round the filter was found\./);
    expect(explain('filtering', { filtering: known(filter, at) }, [])).to.include('is ON');
  });

  it('says of a filter with a way round it that there is one (DEV5)', () => {
    const text = explain('filtering', { filtering: known<Filtering>({ ...filter, bypasses: ['vpn'] }, at) }, []);
    expect(text).to.include('A WAY ROUND').and.not.to.include('is ON');
  });

  it('does not say that nothing was asked where files were read directly (DEV2, DEV3, DEV8)', () => {
    for (const section of ['apps', 'photos', 'media', 'programs', 'rights'] as const) {
      const text = explain(section, good, []);
      expect(text, section)
        .to.match(/read from|read directly|gone through directly/)
        .and.not.to.include('nothing of the system');
    }
  });

  it('does not count programs whose list could not be read, nor speak of a list that nobody keeps (DEV8)', () => {
    const unread = [{ source: 'dpkg' as const, reason: 'permission-denied' as const }];
    const text = explain('programs', { programs: known({ count: 0, since: at, changes: [], unread }, at) }, []);
    expect(text).to.include('NOT KNOWN').and.include('No earlier list is kept');
    expect(text).not.to.match(/0 programs installed|has been kept since/);
    const since = '2026-11-01T12:00:00.000Z';
    const whole = explain('programs', { programs: known({ count: 3, since, changes: [], unread: [] }, at) }, []);
    expect(whole).to.include('3 programs installed').and.include('kept since 2026-11-01');
  });

  it('does not say that nothing is plain on a device that is not protected (DEV1)', () => {
    const none = known<Encryption>({ protection: 'not-protected', volumes: [] }, at);
    expect(explain('encryption', { encryption: none }, [])).not.to.include('No volume that counts');
  });

  it('does not call a lock "on" that is not told ever to lock (DEV7)', () => {
    if (good.rights?.state !== 'known') throw new Error('no rights');
    const person = {
      person: 'sam',
      administrator: known(false, at),
      screenLock: known({ on: true, afterSeconds: null }, at),
    };
    const text = explain('rights', { rights: known({ ...good.rights.value, people: [person] }, at) }, []);
    expect(text)
      .to.include('NOT KNOWN')
      .and.not.to.match(/screen lock: on/);
  });

  it('does not take its own process for the agent', () => {
    const text = explain('agent', good, []);
    expect(text)
      .to.include('hometime-agent status')
      .and.not.to.match(/Running since|MB of memory/);
  });

  it('says whether a beacon of the setting answered, and what follows where none did (DEV1)', () => {
    const location = good.location;
    if (location.state === 'unknown') throw new Error(location.reason);
    const told = (state: 'answered' | 'silent' | 'refused') =>
      explain('location', { location: known({ ...location.value, beacon: { state, observedAt: at } }, at) }, []);
    expect(told('answered')).to.include('A beacon of the setting answered').and.not.include('without its answer');
    for (const state of ['silent', 'refused'] as const) expect(told(state)).to.include('without its answer no network');
    expect(explain('location', good, [])).to.not.include('beacon');
  });
});
