import { expect } from 'chai';
import { incidentViewSchema } from '../../shared/api/incidents.ts';
import { pageSchema } from '../../shared/api/page.ts';
import { type Home, makeHome } from '../support/home.ts';
import { until } from '../support/processes.ts';
import { laptopInABox, skipUnless } from '../support/skip.ts';

const tell = (line: string) => process.stdout.write(`    ${line}\n`);
/** The server gives an agent three minutes to come back, and looks every twenty seconds. */
const missedWithinMs = 3 * 60_000 + 30_000;

/** Somebody with the rights to do it stops the agent of a real laptop, or switches the laptop off. One story in order. */
describe('an agent that is stopped by root, and a laptop that is switched off (DEV6, INC1)', function () {
  this.timeout(300_000);
  let home: Home;

  before(async function () {
    this.timeout(600_000);
    skipUnless(this, ...laptopInABox);
    home = await makeHome('silenced');
  });
  after(async function () {
    this.timeout(60_000);
    await home?.close();
  });

  const farewell = async () => (await home.device()).presence.farewell;
  const silent = async () => (await home.device()).findings.find(({ code }) => code === 'agent-silent');
  /** A box that boots again has run as long as its host: to the guard its clock lies behind, which is another matter. */
  const cases = async () => {
    const { items } = pageSchema(incidentViewSchema).parse(
      (await home.rest.get(`/incidents?deviceId=${home.deviceId}`)).body,
    );
    return items.flatMap(({ matter, ongoing, count }) => (matter === 'agent-silent' ? [{ ongoing, count }] : []));
  };
  const said = (why: string, withinMs = 30_000) =>
    until(`“${why}” at the server`, async () => ((await farewell())?.why === why ? true : undefined), { withinMs });
  const backAgain = () =>
    until('the laptop again', async () => ((await farewell()) === undefined ? true : undefined), { withinMs: 60_000 });
  const nothingFound = async () => {
    expect(await silent()).to.equal(undefined);
    expect(await cases()).to.deep.equal([]);
  };

  it('says that the system ends when the laptop is switched off, which is no misuse, and nothing of it is left after', async () => {
    await home.laptop.powerOff();
    tell(`“switched off” at the server after ${(await said('system-ends')).ms} ms`);
    await nothingFound();
    expect((await home.device()).findings.length, 'what was found stands').to.be.greaterThan(0);
    await home.laptop.boot();
    await backAgain();
    await nothingFound();
  });

  it('is no misuse when it is started again, as an update does', async () => {
    const before = (await home.device()).sections.agent;
    await home.laptop.must(['systemctl', 'restart', 'hometime-agent.service']);
    const isNew = async () => {
      const { agent } = (await home.device()).sections;
      if (agent.state !== 'known' || before.state !== 'known') return undefined;
      return agent.value.startedAt > before.value.startedAt ? true : undefined;
    };
    await until('the next agent', isNew, { withinMs: 60_000, everyMs: 500 });
    await backAgain();
    await nothingFound();
  });

  it('is found and on record while the laptop goes on without its agent', async () => {
    const started = performance.now();
    await home.laptop.must(['systemctl', 'stop', 'hometime-agent.service']);
    tell(`the agent ended within ${Math.round(performance.now() - started)} ms`);
    await said('stopped', 5_000);
    const at = (await farewell())?.at ?? '';
    const isFound = () => silent();
    const found = await until('the finding', isFound, { withinMs: missedWithinMs, everyMs: 1_000 });
    tell(`found ${Math.round((Date.now() - Date.parse(at)) / 1000)} s after it was stopped: ${found.value.text}`);
    expect(found.value).to.include({ misuse: true });
    expect(Date.parse(found.value.since) - Date.parse(at)).to.be.within(3 * 60_000, missedWithinMs);
    expect((await home.device()).presence.state).to.equal('offline');
    expect(await cases()).to.deep.equal([{ ongoing: true, count: 1 }]);
  });

  it('is still told once it is back, as one case', async () => {
    await home.laptop.must(['systemctl', 'start', 'hometime-agent.service']);
    await backAgain();
    const ownWord = async () => {
      const { agent } = (await home.device()).sections;
      const own = agent.state === 'known' ? agent.value.tampering : undefined;
      return own?.some(({ what }) => what === 'agent-stopped') === true ? true : undefined;
    };
    await until('the agent’s own word', ownWord, { withinMs: 60_000, everyMs: 500 });
    expect((await silent())?.text).to.match(
      /^The agent on this device was stopped while the device went on, last at [^,]+\.$/,
    );
    expect(await cases()).to.deep.equal([{ ongoing: true, count: 1 }]);
  });
});
