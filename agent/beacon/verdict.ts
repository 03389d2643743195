import { isOnLink } from '../../shared/beacon/on-link.ts';
import { type Question, readAnswer, signerOf } from '../../shared/beacon/packet.ts';
import type { Way } from './way.ts';

/** Light goes a long way in this time, and a packet within one building takes a tenth of it. */
export const roundTripMs = 50;

/** One question that is out, with the moment it was sent (milliseconds that only ever rise). */
export interface Asked extends Question {
  sentAt: number;
}

/** What came to the socket on which the questions went out. */
export interface Arrival {
  packet: Buffer;
  /** The sender's address, of IPv6 with the link it came in by. */
  sender: string;
  port: number;
  at: number;
}

/**
 * What one packet proves. `answered`: signed by one of the keys over a question of this run, within the round trip,
 * from the beacons' own port of another computer on the same network. `refused`: it is an answer to a question of this run,
 * and proves nothing. `nothing`: neither; whoever likes can send such packets.
 */
export function judgeArrival(
  { packet, sender, port, at }: Arrival,
  { asked, keys, way, beaconPort }: { asked: readonly Asked[]; keys: readonly string[]; way: Way; beaconPort: number },
): 'answered' | 'refused' | 'nothing' {
  const answer = readAnswer(packet);
  const question = answer && asked.find(({ nonce }) => nonce.equals(answer.nonce));
  if (answer === undefined || question === undefined) return 'nothing';
  const plain = sender.replace(/%.*$/, '');
  const isNear =
    port === beaconPort &&
    isOnLink(sender, way.addresses) &&
    !way.own.has(plain) &&
    at - question.sentAt < roundTripMs &&
    at >= question.sentAt;
  return isNear && signerOf(answer, question, keys) !== undefined ? 'answered' : 'refused';
}
