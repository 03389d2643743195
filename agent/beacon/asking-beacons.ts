import type { LinkList } from '../../shared/beacon/on-link.ts';
import { type Clock, type Instant, instant } from '../../shared/instant.ts';
import { type Known, known, type Reading } from '../../shared/reading.ts';
import type { Location } from '../../shared/report/location.ts';
import type { Probe } from '../platform/platform.ts';
import type { Asking, BeaconState } from './asking.ts';
import { wayOf } from './way.ts';

interface AskingBeaconsParts {
  clock: Clock;
  /** Milliseconds that only ever rise. */
  steady: () => number;
  /** Public keys of the setting's beacons, by the rules in force at the moment of asking. */
  keys: () => readonly string[];
  deviceId: string;
  links: () => LinkList | undefined;
  ask: (asking: Asking) => Promise<BeaconState>;
}

/** For how long a glance may give the last answer again on a network that did not change. */
const answerLastsMs = 5 * 60_000;
/** One that stayed out is soon asked for again: on its word a device is on the premises. */
const silenceLastsMs = 2 * 60_000;

/** What was made of one answer of the location probe. */
interface Kept {
  network: string;
  state: BeaconState;
  askedAt: number;
  /** Since when it has been so on this network. */
  since: Instant;
  /** The value told, again and again the very same object: then nothing has to be compared. */
  of: Location;
  told: Location;
}

/**
 * A location probe that also asks the beacons in the rules: when the network changed, when somebody wants a new look, and
 * every few minutes. Where the rules name none, nothing is sent and nothing is said. Where the link is not
 * known for certain, no beacon can prove anything: silent.
 */
export function askingBeacons(probe: Probe<Location>, parts: AskingBeaconsParts): Probe<Location> {
  let kept: Kept | undefined;

  async function stateOf(location: Location, network: string): Promise<BeaconState> {
    const list = parts.links();
    const way = list === undefined ? undefined : wayOf(location, list);
    if (way === undefined) return 'silent';
    const asking = { way, deviceId: parts.deviceId, keys: parts.keys() };
    const state = await parts.ask(asking);
    // One that has just answered here is not called gone over a few lost packets.
    const answeredHere = kept?.network === network && kept.state === 'answered';
    return state === 'answered' || !answeredHere ? state : parts.ask(asking);
  }

  return async (signal, look) => {
    const reading = await probe(signal, look);
    const keys = parts.keys();
    if (!isToBeAsked(reading, keys)) {
      kept = undefined;
      return reading;
    }
    const network = JSON.stringify([reading.value, keys]);
    if (look === 'glance' && kept?.network === network && !isOld(kept, parts.steady())) {
      if (kept.of !== reading.value) kept = { ...kept, of: reading.value };
      return known(kept.told, reading.at);
    }
    const state = await stateOf(reading.value, network);
    const isSame = kept?.network === network && kept.state === state;
    const since = isSame && kept !== undefined ? kept.since : instant(parts.clock.now());
    const told = isSame && kept !== undefined ? kept.told : { ...reading.value, beacon: { state, observedAt: since } };
    kept = { network, state, since, askedAt: parts.steady(), of: reading.value, told };
    return known(told, reading.at);
  };
}

/** A device that is played tells of its beacon itself. */
function isToBeAsked(reading: Reading<Location>, keys: readonly string[]): reading is Known<Location> {
  return reading.state === 'known' && keys.length > 0 && reading.value.beacon === undefined;
}

function isOld({ state, askedAt }: Kept, now: number): boolean {
  return now - askedAt >= (state === 'answered' ? answerLastsMs : silenceLastsMs);
}
