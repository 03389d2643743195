import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import { beaconKeyOfPem, beaconKeyOfSeed, publicBeaconKey } from '../../../../shared/beacon/key.ts';
import {
  answerBytes,
  askerOf,
  type Question,
  questionBytes,
  readAnswer,
  readQuestion,
  signerOf,
  writeAnswer,
  writeQuestion,
} from '../../../../shared/beacon/packet.ts';
import { beaconKeySchema } from '../../../../shared/policy/device-rules.ts';

const beacon = beaconKeyOfSeed(Buffer.alloc(32, 7));
const stranger = beaconKeyOfSeed(Buffer.alloc(32, 8));
const deviceId = '6f0c2f4e-30a8-4f4e-9c5c-0c4a8b1d2e3f';
const now = Date.parse('2026-11-23T08:00:00.000Z');

function question(nonce = randomBytes(32)): Question {
  return { nonce, asker: askerOf(deviceId, nonce) };
}

function answered(asked: Question, by = beacon): Buffer {
  return writeAnswer(asked, by, now);
}

/** What a device that holds these keys makes of a packet. */
function signer(packet: Buffer, asked: Question, keys = [stranger.publicText, beacon.publicText]): string | undefined {
  const answer = readAnswer(packet);
  return answer && signerOf(answer, asked, keys);
}

describe('what a device and a beacon say to each other (DEV1)', () => {
  it('is an answer that one key in the rules signed, over this very question', () => {
    const asked = question();
    const packet = answered(asked);
    expect(signer(packet, asked)).to.equal(beacon.publicText);
    expect(readAnswer(packet)?.time).to.equal(now);
    expect(readQuestion(writeQuestion(asked))).to.deep.equal(asked);
  });

  it('is never a longer answer than the question, so that nobody can be flooded through a beacon', () => {
    const asked = question();
    expect(writeQuestion(asked)).to.have.length(questionBytes);
    expect(answered(asked)).to.have.length(answerBytes);
    expect(answerBytes).to.be.at.most(questionBytes);
  });

  it('is nothing when it was signed by another key, or for another question, device or time', () => {
    const asked = question();
    expect(signer(answered(asked), asked, [stranger.publicText]), 'a key that is not in the rules').to.equal(undefined);
    expect(signer(answered(asked), question()), 'played again').to.equal(undefined);
    const ofAnother = { nonce: asked.nonce, asker: askerOf('another device', asked.nonce) };
    expect(signer(answered(ofAnother), asked), 'made for another device').to.equal(undefined);
    const forged = Buffer.from(answered(asked, stranger));
    beacon.publicBytes.copy(forged, 48, 0, 8);
    expect(signer(forged, asked), 'a stranger’s, under the name of ours').to.equal(undefined);
    const later = Buffer.from(answered(asked));
    later.writeBigUInt64BE(BigInt(now + 1), 40);
    expect(signer(later, asked), 'another time').to.equal(undefined);
  });

  it('is nothing when one bit of it is another', () => {
    const asked = question();
    const packet = answered(asked);
    fc.assert(
      fc.property(fc.nat(answerBytes * 8 - 1), (bit) => {
        const changed = Buffer.from(packet);
        changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
        expect(signer(changed, asked)).to.equal(undefined);
      }),
      { numRuns: 400 },
    );
  });

  it('takes garbage of whatever length for nothing, and never throws', () => {
    const asked = question();
    const bytes = fc.uint8Array({ maxLength: 300 });
    const start = fc.constantFrom('', 'HTbeacQ1', 'HTbeacA1');
    fc.assert(
      fc.property(start, bytes, fc.boolean(), (text, rest, cut) => {
        const long = Buffer.concat([Buffer.from(text), rest]);
        const packet = cut ? Buffer.concat([long, Buffer.alloc(answerBytes)], answerBytes) : long;
        expect(signer(packet, asked)).to.equal(undefined);
        const read = readQuestion(packet);
        expect(read === undefined || writeQuestion(read).equals(packet)).to.equal(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it('tells one device from another to nobody: the asker is another with each question', () => {
    const [one, other] = [question(), question()];
    expect(one.asker.equals(other.asker)).to.equal(false);
    expect(writeQuestion(one).includes(deviceId)).to.equal(false);
  });

  it('survives keys in the rules that are none, and finds the right one behind them', () => {
    const asked = question();
    const damaged = ['', 'A'.repeat(43).concat('='), Buffer.alloc(33, 1).toString('base64'), '!'.repeat(44)];
    expect(signer(answered(asked), asked, [...damaged, beacon.publicText])).to.equal(beacon.publicText);
    expect(signer(answered(asked), asked, damaged)).to.equal(undefined);
  });
});

describe('a beacon’s key', () => {
  it('is the same for the same seed, is named as a policy names it, and comes back out of its file', () => {
    expect(beaconKeyOfSeed(Buffer.alloc(32, 7)).publicText).to.equal(beacon.publicText);
    expect(beaconKeySchema.parse(beacon.publicText)).to.equal(beacon.publicText);
    const pem = beacon.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    expect(beaconKeyOfPem(pem)?.publicText).to.equal(beacon.publicText);
    expect(publicBeaconKey(beacon.publicText)?.bytes.equals(beacon.publicBytes)).to.equal(true);
  });

  it('is not read out of another kind of key, or of no key', () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    expect(beaconKeyOfPem(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString())).to.equal(undefined);
    expect(beaconKeyOfPem('not a key')).to.equal(undefined);
    expect(publicBeaconKey('c2hvcnQ=')).to.equal(undefined);
  });
});
