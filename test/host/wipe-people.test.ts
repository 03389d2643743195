import { expect } from 'chai';
import { type Laptop, makeLaptop } from '../support/laptop.ts';
import { loginAs, processesOf, sessionsOf, signEverybodyOut } from '../support/laptop-people.ts';
import { makeNetwork, type Network } from '../support/network.ts';
import { layOrderTaker } from '../support/order-taker.ts';
import { laptopInABox, skipUnless } from '../support/skip.ts';

/** What two people, a service, root and the break-glass account keep, some of it where everybody may write. */
const belongings = [
  'useradd -m -u 1900 hometime-rescue && echo x > /home/hometime-rescue/key',
  'for name in alice bob; do su $name -c "mkdir -p ~/Pictures/trip ~/.ssh; echo x > ~/Pictures/trip/a.jpg; echo x > ~/.ssh/id"; done',
  'su alice -c "mkdir /tmp/alices; echo x > /tmp/alices/a; echo x > /var/tmp/a; ln -s /srv/outside ~/link"',
  'mkdir -p /srv/outside /var/spool/cron/crontabs && echo x > /srv/outside/kept && chmod -R a+rwX /srv/outside',
  'echo "* * * * * true" > /var/spool/cron/crontabs/bob && chown bob /var/spool/cron/crontabs/bob',
  'echo x > /var/mail/alice && chown alice /var/mail/alice && echo x > /root/kept && echo x > /tmp/of-root',
].join('\n');

describe('a wipe of people’s data on a real laptop', function () {
  this.timeout(120_000);
  let network: Network;
  let laptop: Laptop;

  before(async function () {
    this.timeout(600_000);
    skipUnless(this, ...laptopInABox);
    network = await makeNetwork();
    laptop = await makeLaptop({ name: 'wipe', namespace: network.lan, resolver: network.resolverAddress });
    await laptop.boot();
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

  it('ends their sessions, leaves nothing of theirs, and neither root’s nor the break-glass account’s is touched', async () => {
    await inside(belongings);
    const signedIn = [await loginAs(laptop, 'alice'), await loginAs(laptop, 'bob')];
    const taker = await layOrderTaker({ must: inside });
    await taker.start();
    await taker.take(taker.seal({ kind: 'wipe', args: { level: 'people' } }));
    const moves = await taker.untilTold();
    const receipt = { level: 'people', volumes: 0, people: 2 };
    expect(moves.map(({ to }) => to)).to.deep.equal(['received', 'started', 'verified']);
    expect(moves[1]?.evidence).to.deep.equal({ receipt });
    expect(moves[2]?.evidence).to.deep.equal({ receipt, peopleLeft: 0 });

    expect(await sessionsOf(laptop)).to.deep.equal([]);
    for (const name of ['alice', 'bob']) expect(await processesOf(laptop, name)).to.deep.equal([]);
    await Promise.all(signedIn.map((login) => login.ended));
    const theirs = 'find / -xdev \\( -user alice -o -user bob \\) -not -path "/proc/*" | sort';
    expect((await inside(theirs)).split('\n')).to.deep.equal(['/home/alice', '/home/bob']);
    expect(await inside('ls -A /home/alice /home/bob /var/spool/cron/crontabs | grep -v : || :')).to.equal('');
    const kept = '/root/kept /tmp/of-root /srv/outside/kept /home/hometime-rescue/key';
    expect((await inside(`ls ${kept}`)).split('\n')).to.have.lengthOf(4);
    const again = await loginAs(laptop, 'alice');
    expect(again.isRunning(), 'the account itself is left').to.equal(true);
    await signEverybodyOut(laptop);
    await again.ended;
  });
});
