import { expect } from 'chai';
import type { EvidenceOf } from '../../shared/command/kinds.ts';
import type { MoveMessage } from '../../shared/wire/messages.ts';
import { type Laptop, makeLaptop } from '../support/laptop.ts';
import { makeNetwork, type Network } from '../support/network.ts';
import { layOrderTaker, type OrderTaker } from '../support/order-taker.ts';
import { laptopInABox, skipUnless } from '../support/skip.ts';

type Evidence = EvidenceOf<'clear-photos'>;

/** Files by folder: how many, and how they are called. Together 5,000 photos and 40 videos of two people, 300 of them resources. */
const stock = [
  ['alice/Pictures/2024/trip', 2_000, 'jpg'],
  ['alice/Pictures/Camera', 500, 'heic'],
  ['alice/Pictures/Resources/songs/cards', 200, 'png'],
  ['alice/Downloads', 400, 'webp'],
  ['alice/.local/share/Trash/files', 300, 'jpg'],
  ['alice/Videos', 40, 'mp4'],
  ['bob/Bilder', 1_000, 'jpg'],
  ['bob/Documents/RESOURCES', 100, 'jpg'],
  ['bob/Desktop', 400, 'png'],
  ['bob/Nextcloud/Photos', 100, 'jpg'],
] as const;

/** The same for shell: files, notes of the bin, thumbnails, a link to the other's folder, and the other's localised names. */
function stocking(): string {
  const folders = stock.flatMap(([folder, count, ending]) => [
    `mkdir -p /home/${folder}`,
    `(cd /home/${folder} && for i in $(seq ${count}); do echo x > "IMG $i.${ending}"; done)`,
  ]);
  return [
    ...folders,
    'mkdir -p /home/alice/.local/share/Trash/info /home/bob/.config /home/alice/.cache/thumbnails/large',
    'for i in $(seq 300); do echo x > "/home/alice/.local/share/Trash/info/IMG $i.jpg.trashinfo"; done',
    'echo \'XDG_PICTURES_DIR="$HOME/Bilder"\' > /home/bob/.config/user-dirs.dirs',
    'sum=$(printf "file:///home/alice/Downloads/IMG%%207.webp" | md5sum | cut -d" " -f1)',
    'echo x > /home/alice/.cache/thumbnails/large/$sum.png',
    'echo x > /home/alice/Documents.odt; echo x > /home/bob/letter.txt',
    'mkdir -p /srv/outside && echo x > /srv/outside/kept.jpg && ln -s /srv/outside /home/alice/Pictures/link',
    'chown -R alice:alice /home/alice; chown -R bob:bob /home/bob',
  ].join('\n');
}

describe('clearing photos on a real laptop (DEV3, DEV4, DEV9)', function () {
  this.timeout(180_000);
  let network: Network;
  let laptop: Laptop;
  let taker: OrderTaker;

  before(async function () {
    this.timeout(600_000);
    skipUnless(this, ...laptopInABox);
    network = await makeNetwork();
    laptop = await makeLaptop({ name: 'clear', namespace: network.lan, resolver: network.resolverAddress });
    await laptop.boot();
    taker = await layOrderTaker({ must: inside });
  });
  after(async () => {
    await laptop?.remove();
    await network?.close();
  });

  async function inside(script: string, options: { input?: string; timeoutMs?: number } = {}): Promise<string> {
    const { code, stdout, stderr } = await laptop.exec(['bash', '-c', script], options);
    if (code !== 0) throw new Error(`${script}: ${stderr}`);
    return stdout.trimEnd();
  }

  /** What is there, by folder, straight from the disk. */
  async function truth(): Promise<Record<string, number>> {
    const rows = stock.map(async ([folder]) => {
      const count = await inside(`find "/home/${folder}" -type f 2>/dev/null | wc -l`);
      return [folder, Number(count)] as const;
    });
    return Object.fromEntries(await Promise.all(rows));
  }

  async function order(args: object): Promise<MoveMessage> {
    await taker.start({ resourceFolder: 'Resources' });
    await taker.take(taker.seal({ kind: 'clear-photos', args }));
    const moves = await taker.untilTold();
    await taker.stop();
    const last = moves.at(-1);
    if (last === undefined) throw new Error('nothing was told');
    return last;
  }

  const left = (...folders: string[]) =>
    Object.fromEntries(stock.map(([folder, count]) => [folder, folders.includes(folder) ? count : 0]));

  it('deletes 4,600 photos and 40 videos of two people, exactly; resources and the cloud’s stay, untouched', async () => {
    await inside(stocking(), { timeoutMs: 120_000 });
    const listed = "find /home/*/*/[Rr][Ee][Ss]* -printf '%p %s %T@ %i\\n' | sort";
    const resources = await inside(listed);
    const last = await order({});
    expect(last).to.include({ to: 'verified' });
    expect(await truth()).to.deep.equal(
      left('alice/Pictures/Resources/songs/cards', 'bob/Documents/RESOURCES', 'bob/Nextcloud/Photos'),
    );
    expect(await inside(listed), 'the same files, untouched').to.equal(resources);

    const { cleared, deleted, thumbnailsDeleted } = last.evidence as Evidence;
    expect(deleted).to.deep.equal({ photos: 4_600, videos: 40 });
    expect(thumbnailsDeleted).to.equal(1);
    const before = Object.fromEntries(cleared.map((row) => [row.place, row.before.photos + row.before.videos]));
    expect(before).to.deep.equal({
      ...{ camera: 500, pictures: 3_000, videos: 40, downloads: 400, desktop: 400, documents: 0, 'chat-apps': 0 },
      bin: 300,
    });
    expect(cleared.find(({ place }) => place === 'documents')).to.include({ leftInCloudFolders: 100 });
    for (const row of cleared) expect(row.after, row.place).to.deep.equal({ photos: 0, videos: 0 });
    const others = 'ls /home/alice/Documents.odt /home/bob/letter.txt /srv/outside/kept.jpg';
    expect((await inside(others)).split('\n')).to.have.lengthOf(3);
    expect(await inside('ls /home/alice/.local/share/Trash/info | wc -l')).to.equal('0');
  });

  it('clears the resource folder when it is named, and then nothing else', async () => {
    await inside(stocking(), { timeoutMs: 120_000 });
    const last = await order({ places: ['resources'] });
    expect(last).to.include({ to: 'verified' });
    expect((last.evidence as Evidence).deleted).to.deep.equal({ photos: 300, videos: 0 });
    const now = await truth();
    expect(now['alice/Pictures/2024/trip']).to.equal(2_000);
    expect(now['alice/Pictures/Resources/songs/cards']).to.equal(0);
  });

  it('goes on where an agent that was killed stopped, by a new order; the old one only looks', async () => {
    await inside(stocking(), { timeoutMs: 120_000 });
    await taker.start({ resourceFolder: 'Resources' });
    const first = taker.seal({ kind: 'clear-photos', args: {} });
    // It waits inside before the order comes: a process more to start would be too late.
    const fewer =
      'count() { set -- /home/alice/Pictures/2024/trip/*; echo $#; }; until [ $(count) -lt 1950 ]; do :; done';
    const killed = inside(`${fewer}; kill -KILL $(cat /run/order-taker.log.pid)`, { timeoutMs: 60_000 });
    await taker.take(first);
    await killed;
    const stopped = await truth();
    expect(stopped['alice/Pictures/2024/trip']).to.be.lessThan(1_950);
    await taker.start({ resourceFolder: 'Resources' });
    const told = (await taker.untilTold()).at(-1);
    expect(told).to.include({ commandId: first.id, to: 'failed', reason: 'interrupted' });
    expect(await truth(), 'nothing more was deleted').to.deep.equal(stopped);
    await taker.stop();
    expect(await order({})).to.include({ to: 'verified' });
    expect(await truth()).to.deep.equal(
      left('alice/Pictures/Resources/songs/cards', 'bob/Documents/RESOURCES', 'bob/Nextcloud/Photos'),
    );
  });
});
