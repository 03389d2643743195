import { createHash, sign, verify } from 'node:crypto';
import { type BeaconKey, publicBeaconKey } from './key.ts';

/**
 * What a device and a beacon say to each other, each in one UDP packet:
 *
 *     question, 128 bytes: "HTbeacQ1"  nonce (32)  asker (32)  zeros (56)
 *     answer,   120 bytes: "HTbeacA1"  nonce (32)  time (8)  key (8)  signature (64)
 *
 * `asker` is SHA-256 over a purpose, the nonce and the device's id: another with each question, so nobody on the
 * network can tell one device from another by it. `time` is the beacon's clock, milliseconds since 1970, big-endian.
 * `key` is the beginning of the public key, to pick it by. Signed (Ed25519) is a purpose, nonce, asker and time.
 *
 * INVARIANT: an answer is never longer than its question, or a forged sender's address would turn a beacon into a
 * way to flood somebody.
 */
export interface Question {
  nonce: Buffer;
  asker: Buffer;
}

export interface Answer {
  nonce: Buffer;
  /** The beacon's clock, milliseconds since 1970. Told, and no proof of the time: a beacon may have none that runs right. */
  time: number;
  keyStart: Buffer;
  signature: Buffer;
}

const questionMark = Buffer.from('HTbeacQ1');
const answerMark = Buffer.from('HTbeacA1');
const signedPurpose = Buffer.from('hometime beacon answer 1\n');
const askerPurpose = 'hometime beacon asker 1\n';

export const questionBytes = 128;
export const answerBytes = 120;
const keyStartBytes = 8;
const zeros = Buffer.alloc(questionBytes - 72);

/** What names the asker in one question. */
export function askerOf(deviceId: string, nonce: Buffer): Buffer {
  return createHash('sha256').update(askerPurpose).update(nonce).update(deviceId).digest();
}

export function writeQuestion({ nonce, asker }: Question): Buffer {
  return Buffer.concat([questionMark, nonce, asker, zeros], questionBytes);
}

/** undefined: that is no question, whatever it is. */
export function readQuestion(packet: Buffer): Question | undefined {
  if (packet.length !== questionBytes || !packet.subarray(0, 8).equals(questionMark)) return undefined;
  if (!packet.subarray(72).equals(zeros)) return undefined;
  return { nonce: Buffer.from(packet.subarray(8, 40)), asker: Buffer.from(packet.subarray(40, 72)) };
}

/** A beacon's signed answer. `time`: milliseconds since 1970. */
export function writeAnswer({ nonce, asker }: Question, beacon: BeaconKey, time: number): Buffer {
  const timeField = timeBytes(time);
  const signature = sign(null, Buffer.concat([signedPurpose, nonce, asker, timeField]), beacon.privateKey);
  const keyStart = beacon.publicBytes.subarray(0, keyStartBytes);
  return Buffer.concat([answerMark, nonce, timeField, keyStart, signature], answerBytes);
}

/** undefined: that is no answer, whatever it is. Nothing is checked yet: see `signerOf`. */
export function readAnswer(packet: Buffer): Answer | undefined {
  if (packet.length !== answerBytes || !packet.subarray(0, 8).equals(answerMark)) return undefined;
  const time = packet.readBigUInt64BE(40);
  if (time > BigInt(Number.MAX_SAFE_INTEGER)) return undefined;
  return {
    nonce: Buffer.from(packet.subarray(8, 40)),
    time: Number(time),
    keyStart: Buffer.from(packet.subarray(48, 56)),
    signature: Buffer.from(packet.subarray(56, 120)),
  };
}

/** Which of the keys (as a policy names them) signed this answer to this question; undefined: none. */
export function signerOf(answer: Answer, question: Question, keys: readonly string[]): string | undefined {
  if (!answer.nonce.equals(question.nonce)) return undefined;
  const signed = Buffer.concat([signedPurpose, question.nonce, question.asker, timeBytes(answer.time)]);
  return keys.find((text) => {
    const key = publicBeaconKey(text);
    if (key === undefined || !key.bytes.subarray(0, keyStartBytes).equals(answer.keyStart)) return false;
    return verify(null, signed, key.key, answer.signature);
  });
}

function timeBytes(time: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(Math.min(Math.max(Math.trunc(time), 0), Number.MAX_SAFE_INTEGER)));
  return bytes;
}
