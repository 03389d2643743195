import { createSocket, type Socket } from 'node:dgram';
import { expect } from 'chai';
import { linkAddresses } from '../../../../shared/beacon/on-link.ts';
import { readQuestion, writeAnswer, writeQuestion } from '../../../../shared/beacon/packet.ts';
import { BeaconFault, type Responder } from '../../../../shared/beacon/responder.ts';
import { freePort } from '../../../support/ports.ts';
import { skipUnless } from '../../../support/skip.ts';
import { address4, createDevice, onLoopback, ourBeacon, startBeacon, strangerBeacon, unhurried } from './beacon-rig.ts';

/** Something on the network that hears questions and answers as it likes. */
async function startImpostor(port: number, hear: (packet: Buffer, say: (answer: Buffer) => void) => void) {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(port, resolve));
  socket.addMembership('239.255.84.47', '127.0.0.1');
  socket.on('message', (packet, { port: from, address }) =>
    hear(packet, (answer) => socket.send(answer, from, address)),
  );
  return { stop: () => new Promise<void>((resolve) => socket.close(() => resolve())) };
}

describe('a device that asks for its beacon, over real sockets (DEV1)', function () {
  this.timeout(20_000);
  let port: number;
  const open: { stop(): Promise<void> }[] = [];
  before(function () {
    skipUnless(this, 'linux');
  });
  beforeEach(async () => {
    port = await freePort();
  });
  afterEach(async () => {
    for (const each of open.splice(0)) await each.stop();
  });
  const beacon = async (key = ourBeacon): Promise<Responder> => {
    const started = await startBeacon(port, key);
    open.push(started);
    return started;
  };
  const impostor = async (hear: Parameters<typeof startImpostor>[1]) => {
    open.push(await startImpostor(port, hear));
  };

  it('is answered by a beacon in the rules, again and again', async () => {
    await beacon();
    const ask = createDevice(port);
    for (let turn = 0; turn < 5; turn += 1) expect(await ask()).to.equal('answered');
    expect(await ask([strangerBeacon.publicText, ourBeacon.publicText])).to.equal('answered');
  });

  it('hears silence where there is none, and does not wait long for it', async () => {
    const began = performance.now();
    expect(await createDevice(port)()).to.equal('silent');
    expect(performance.now() - began).to.be.within(400, 3_000);
  });

  it('is told of a beacon that is not in the rules as of one that proves nothing', async () => {
    await beacon(strangerBeacon);
    expect(await createDevice(port)()).to.equal('refused');
  });

  it('refuses an answer that was recorded from an earlier question', async () => {
    let recorded: Buffer | undefined;
    await impostor((packet, say) => {
      const question = readQuestion(packet);
      if (question === undefined) return;
      recorded ??= writeAnswer(question, ourBeacon, Date.now());
      // With the nonce of today's question on it, or it would not be heard at all.
      const played = Buffer.from(recorded);
      question.nonce.copy(played, 8);
      say(played);
    });
    expect(await createDevice(port)(), 'the first is genuine').to.equal('answered');
    expect(await createDevice(port)()).to.equal('refused');
  });

  it('refuses a genuine answer that comes later than a packet takes within a building: it was fetched from afar', async () => {
    await impostor((packet, say) => {
      const question = readQuestion(packet);
      if (question !== undefined) setTimeout(() => say(writeAnswer(question, ourBeacon, Date.now())), 60);
    });
    expect(await createDevice(port, () => performance.now())()).to.equal('refused');
  });

  it('takes the best of three on a computer that is busy twice', async () => {
    await beacon();
    let sends = 0;
    let late = 0;
    // The device's own time runs on by a tenth of a second between its first two questions and their answers.
    const steady = () => {
      late += sends < 4 ? 100 : 0;
      sends += 1;
      return unhurried() + late;
    };
    expect(await createDevice(port, steady)()).to.equal('answered');
  });

  it('refuses an answer of the device’s own: a program on it could have fetched it', async () => {
    await beacon();
    expect(await createDevice(port)(undefined, { ...onLoopback, own: new Set(['127.0.0.1']) })).to.equal('refused');
  });

  it('refuses an answer from another network, whoever signed it', async () => {
    await beacon();
    const elsewhere = linkAddresses({ lo: [{ ...address4('127.0.0.2', 30), cidr: '127.0.0.2/32' }] });
    expect(await createDevice(port)(undefined, { ...onLoopback, addresses: elsewhere })).to.equal('refused');
  });

  it('is silent about garbage, and about answers to questions that nobody asked', async () => {
    await impostor((packet, say) => {
      say(Buffer.from('HTbeacA1 and so on'));
      say(packet);
      say(writeAnswer({ nonce: Buffer.alloc(32), asker: Buffer.alloc(32) }, ourBeacon, 0));
    });
    expect(await createDevice(port)()).to.equal('silent');
  });

  it('does not throw where its address is gone', async () => {
    const gone = linkAddresses({ eth0: [address4('203.0.113.7', 24)] });
    expect(await createDevice(port)(undefined, { ...onLoopback, addresses: gone })).to.equal('silent');
  });

  describe('a beacon', () => {
    let socket: Socket;
    let heard: Buffer[];
    beforeEach(async () => {
      heard = [];
      socket = createSocket('udp4');
      socket.on('message', (packet) => heard.push(packet));
      await new Promise<void>((resolve) => socket.bind(0, '127.0.0.2', resolve));
    });
    afterEach(() => socket.close());
    const say = (packet: Buffer) =>
      new Promise<void>((resolve) => socket.send(packet, port, '127.0.0.1', () => resolve()));
    const afterwards = () => new Promise((resolve) => setTimeout(resolve, 200));

    it('ignores what is no question, answers each question once, and no flood', async () => {
      await beacon();
      const question = writeQuestion({ nonce: Buffer.alloc(32, 1), asker: Buffer.alloc(32, 2) });
      for (const packet of [
        Buffer.alloc(0),
        Buffer.alloc(128),
        question.subarray(1),
        Buffer.concat([question, question]),
      ])
        await say(packet);
      await afterwards();
      expect(heard).to.have.length(0);
      await say(question);
      await say(question);
      await afterwards();
      expect(heard.map(({ length }) => length)).to.deep.equal([120]);
      for (let turn = 0; turn < 200; turn += 1)
        await say(writeQuestion({ nonce: Buffer.alloc(32, turn + 3), asker: Buffer.alloc(32) }));
      await afterwards();
      expect(heard.length).to.be.within(10, 30);
    });

    it('says in words that its port is taken', async () => {
      await beacon();
      const second = await startBeacon(port).catch((error: unknown) => error);
      expect(second).to.be.instanceOf(BeaconFault);
      expect(String(second)).to.include(`UDP port ${port} is already in use`);
    });
  });
});
