import { expect } from 'chai';
import fc from 'fast-check';
import { createExec } from '../../../../agent/platform/exec.ts';
import { forgetful } from '../../../../agent/platform/keeper.ts';
import { createHomeFiles, createSystemFiles, type Files } from '../../../../agent/platform/linux/files.ts';
import { createDpkgParser, parseRpm } from '../../../../agent/platform/linux/package-lists.ts';
import { releaseVersion, snapVersion } from '../../../../agent/platform/linux/program-lists.ts';
import { createProgramsProbe } from '../../../../agent/platform/linux/programs.ts';
import type { Look } from '../../../../agent/platform/platform.ts';
import { createProgramList } from '../../../../agent/platform/programs/program-list.ts';
import { systemClock } from '../../../../shared/instant.ts';
import { type Programs, programsSchema } from '../../../../shared/report/programs.ts';
import { damaged, exited, playback, recorded } from '../recordings.ts';
import { createSystemTree, type SystemTree } from './system-tree.ts';

const live = () => new AbortController().signal;
const elf = Buffer.from('7f454c460201010041490200', 'hex');

function stanza(name: string, version = '1', status = 'install ok installed'): string {
  return `Package: ${name}\nStatus: ${status}\nArchitecture: amd64\nVersion: ${version}\nDescription: x\n more: y\n`;
}

/** The status file that a recording of `dpkg-query -W` was printed from. */
function statusOf(listed: string): string {
  const rows = listed.trim().split('\n');
  return rows
    .map((row) => row.split('\t'))
    .map(([name = '', version]) => stanza(name.split(':')[0] ?? '', version))
    .join('\n');
}

describe('programs on Linux (DEV8)', () => {
  let tree: SystemTree;
  beforeEach(() => {
    tree = createSystemTree();
    tree.write('/var/lib/dpkg/status', `${stanza('bash', '5.2')}\n${stanza('old', '1', 'deinstall ok config-files')}`);
  });
  afterEach(() => tree.clean());

  function setup({
    exec = playback({}),
    files,
    now = () => Date.UTC(2026, 8, 1),
  }: {
    exec?: ReturnType<typeof playback>;
    files?: Files;
    now?: () => number;
  } = {}) {
    const probe = createProgramsProbe({
      clock: { now },
      exec,
      files: files ?? createSystemFiles(tree.root),
      homeFiles: createHomeFiles(tree.root),
      homes: async () => ['/home/sam'],
      list: createProgramList({ clock: { now }, keeper: forgetful }),
    });
    return async (how: Look = 'glance'): Promise<Programs> => {
      const reading = await probe(live(), how);
      if (reading.state !== 'known') throw new Error(reading.reason);
      return programsSchema.parse(reading.value);
    };
  }
  const told = ({ changes }: Programs) =>
    changes.map(({ what, source, program, version }) => [what, source, program, version].join(' '));

  it('counts what dpkg has installed, and not what was removed', async () => {
    expect(await setup()()).to.deep.include({ count: 1, changes: [], unread: [] });
    tree.write('/var/lib/dpkg/status', statusOf(recorded('dpkg_query-list.txt')));
    expect((await setup()()).count).to.equal(20);
  });

  it('tells what came, went and changed in each kind of list', async () => {
    tree.write('/snap/vlc/3777/meta/snap.yaml', "name: vlc\nversion: '3.0.20'\n");
    tree.link('/snap/vlc/current', '3777');
    tree.folder('/opt/zoom');
    const look = setup();
    expect((await look()).count).to.equal(3);
    tree.write('/var/lib/dpkg/status', `${stanza('bash', '5.3')}\n${stanza('steam')}`);
    tree.write('/snap/vlc/3800/meta/snap.yaml', 'version: 3.0.21\n');
    tree.link('/snap/vlc/current', '3800');
    tree.remove('/opt/zoom');
    tree.write('/home/sam/Downloads/Minecraft.AppImage', elf);
    const flatpak = '/home/sam/.local/share/flatpak/app/org.tuxpaint.Tuxpaint/current/active';
    tree.link(flatpak, '1a2b');
    tree.write(
      `${flatpak.replace('active', '1a2b')}/files/share/metainfo/org.tuxpaint.Tuxpaint.metainfo.xml`,
      '<releases><release date="x" version="0.9.31"/><release version="0.9.30"/></releases>',
    );
    expect(told(await look())).to.have.members([
      'installed dpkg steam 1',
      'installed flatpak org.tuxpaint.Tuxpaint 0.9.31',
      'installed appimage Minecraft.AppImage ',
      'removed opt zoom ',
      'updated dpkg bash 5.3',
      'updated snap vlc 3.0.21',
    ]);
  });

  it('lets no name of a person’s file travel: only of AppImages that are programs', async () => {
    tree.write('/home/sam/Downloads/Rosie Field.AppImage', 'JFIF');
    tree.write('/home/sam/Downloads/Rosie Field.jpg', elf);
    tree.write('/home/sam/AppImages/Krita.appimage', elf);
    const look = setup();
    await look();
    tree.write('/home/sam/Desktop/Rosie Field 2.AppImage', 'text');
    expect(await look()).to.deep.include({ count: 2, changes: [] });
  });

  it('lets no name travel that somebody gave a program after a person who has an account', async () => {
    tree.write('/etc/passwd', 'root:x:0:0:root:/root:\nsam:x:1000:1000:Samira Field,,,:/home/sam:\n');
    const look = setup();
    await look();
    tree.write('/home/sam/Downloads/SamsPhotos.AppImage', elf);
    tree.write('/home/sam/Downloads/Samsung-Notes.AppImage', elf);
    tree.folder('/opt/samira_field-backup');
    expect(told(await look()).sort()).to.deep.equal([
      'installed appimage Samsung-Notes.AppImage ',
      'installed appimage program named after a person ',
      'installed opt program named after a person ',
    ]);
  });

  it('reads nothing again in rounds while nothing changed, and starts no process; an order looks anew', async () => {
    tree.write('/var/lib/rpm/rpmdb.sqlite', 'x');
    const exec = playback({ rpm: 'bash\t5.2-1\ngpg-pubkey\t1-1\n' });
    let read = 0;
    const real = createSystemFiles(tree.root);
    const counted: Files['parts'] = (path, take) => {
      read += 1;
      return real.parts(path, take);
    };
    const files: Files = { ...real, parts: counted };
    const look = setup({ exec, files });
    const first = await look();
    for (let index = 0; index < 5; index += 1) expect(await look()).to.deep.equal(first);
    expect([exec.calls.length, read]).to.deep.equal([1, 1]);
    tree.write('/var/lib/rpm/rpmdb.sqlite', 'changed');
    await look();
    expect([exec.calls.length, read]).to.deep.equal([2, 1]);
    await look('new');
    expect([exec.calls.length, read]).to.deep.equal([3, 2]);
  });

  it('reads everything again after six hours, whatever the marks say', async () => {
    let now = Date.UTC(2026, 8, 1);
    tree.write('/var/lib/rpm/rpmdb.sqlite', 'x');
    const exec = playback({ rpm: 'bash\t5.2-1\n' });
    const look = setup({ exec, now: () => now });
    await look();
    now += 7 * 60 * 60 * 1000;
    await look();
    expect(exec.calls).to.have.length(2);
  });

  it('names the lists that are there and cannot be read, and does not call their programs removed', async () => {
    tree.write('/var/lib/rpm/Packages', 'x');
    let answer = exited('gimp\t2-1\n');
    const look = setup({ exec: playback({ rpm: () => answer }) });
    await look();
    answer = exited('', 1);
    tree.write('/var/lib/rpm/Packages', 'changed');
    expect(await look()).to.deep.include({ changes: [], unread: [{ source: 'rpm', reason: 'tool-failed' }] });
    answer = exited('gimp\t2-1\nmud\t1-1\n');
    expect(told(await look())).to.deep.equal(['installed rpm mud 1-1']);
  });

  it('says that a folder it cannot look into may hold programs', async () => {
    tree.link('/home/sam/Downloads', 'Downloads');
    tree.link('/opt', 'opt');
    const { unread } = await setup()();
    expect(unread).to.have.deep.members([
      { source: 'opt', reason: 'blocked-by-permission' },
      { source: 'appimage', reason: 'blocked-by-permission' },
    ]);
  });

  it('is unknown without a list of packages that it can read: the rest would pass for all there is', async () => {
    tree.remove('/var/lib/dpkg');
    tree.folder('/opt/zoom');
    for (const status of [undefined, '']) {
      if (status !== undefined) tree.write('/var/lib/dpkg/status', status);
      let reason = '';
      await setup()().catch((error: Error) => {
        reason = error.message;
      });
      expect(reason).to.equal('not-supported');
    }
  });

  it('takes a list that it does not understand for unread, not for empty', async () => {
    tree.write('/var/lib/dpkg/status', 'noise '.repeat(1000));
    expect(await setup()()).to.deep.include({ count: 0, unread: [{ source: 'dpkg', reason: 'not-understood' }] });
  });

  it('agrees with dpkg itself on this very machine', async function () {
    const format = ['db:Status-Status', 'Package', 'Version'].map((field) => `\u0024{${field}}`).join(' ');
    const asked = await createExec()('dpkg-query', ['-W', `-f=${format}\\n`]);
    if (asked.kind !== 'exited') return this.skip();
    const parser = createDpkgParser();
    await createSystemFiles().parts('/var/lib/dpkg/status', parser.push);
    const installed = new Set(
      asked.stdout
        .split('\n')
        .filter((line) => line.startsWith('installed '))
        .map((line) => line.slice(10)),
    );
    expect(new Set(parser.end().programs.map(({ program, version }) => `${program} ${version}`))).to.deep.equal(
      installed,
    );
    const homes = async () => undefined;
    const list = createProgramList({ clock: systemClock, keeper: forgetful });
    const probe = createProgramsProbe({
      clock: systemClock,
      exec: createExec(),
      files: createSystemFiles(),
      homeFiles: createHomeFiles(),
      homes,
      list,
    });
    const reading = await probe(live());
    expect(reading.state).to.equal('known');
    if (reading.state === 'known')
      expect(programsSchema.parse(reading.value).count).to.be.greaterThan(installed.size - 1);
  });
});

describe('texts of the lists of programs on Linux', () => {
  it('reads the status file of dpkg however its parts are cut, with other line ends, and never throws', () => {
    const text = statusOf(recorded('dpkg_query-list.txt'));
    const whole = (given: string) => {
      const parser = createDpkgParser();
      parser.push(given);
      return parser.end();
    };
    for (const given of [text.replaceAll('\n', '\r\n'), `\uFEFF${text}`])
      expect(whole(given)).to.deep.equal(whole(text));
    for (const given of damaged(text)) whole(given);
    fc.assert(
      fc.property(fc.array(fc.nat(text.length), { maxLength: 20 }), (cuts) => {
        const parser = createDpkgParser();
        let from = 0;
        for (const cut of [...cuts].sort((one, other) => one - other)) {
          parser.push(text.slice(from, cut));
          from = Math.max(from, cut);
        }
        parser.push(text.slice(from));
        expect(parser.end()).to.deep.equal(whole(text));
      }),
    );
    expect(whole('\0'.repeat(8_000_000))).to.deep.include({ programs: [], isUnderstood: false });
  });

  it('counts packages in the midst of an update as there, and removed or half-removed ones not', () => {
    const there = [
      'install ok installed',
      'hold ok installed',
      'install ok unpacked',
      'install ok triggers-pending',
      'install ok half-configured',
    ];
    const gone = [
      'deinstall ok config-files',
      'purge ok not-installed',
      'unknown ok not-installed',
      'install reinstreq half-installed',
    ];
    const parser = createDpkgParser();
    parser.push([...there, ...gone].map((status, index) => stanza(`p${index}`, '1', status)).join('\n'));
    expect(parser.end().programs.map(({ program }) => program)).to.deep.equal(['p0', 'p1', 'p2', 'p3', 'p4']);
  });

  it('reads what rpm, snap and flatpak write, and any text without throwing', () => {
    expect(parseRpm('bash\t5.2.26-3.fc40\n')).to.deep.equal([
      { source: 'rpm', program: 'bash', version: '5.2.26-3.fc40' },
    ]);
    for (const text of ['error: rpmdb: cannot open', 'bash', 'bash\t', '\t1'])
      expect(parseRpm(text), text).to.equal(undefined);
    expect([snapVersion('name: x\nversion: "1.0"\r\n'), snapVersion('version:\n'), snapVersion('')]).to.deep.equal([
      '1.0',
      null,
      null,
    ]);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        parseRpm(text);
        snapVersion(`version:${text}`);
        releaseVersion(`<release ${text}`);
      }),
    );
    releaseVersion('<release '.repeat(500_000));
  });
});
