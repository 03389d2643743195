import { StatedError } from '../../shared/api/errors.ts';

/** Turned away before any password was looked at. */
export class TooManyTries extends StatedError {
  /** Whole seconds, at least 1; also the value of the `Retry-After` header. */
  readonly waitS: number;
  constructor(waitMs: number) {
    const waitS = Math.max(1, Math.ceil(waitMs / 1_000));
    super('too-many-tries', `Too many tries to sign in. Wait ${inWords(waitS)}, then try again.`);
    this.waitS = waitS;
  }
}

function inWords(seconds: number): string {
  return seconds === 1 ? '1 second' : `${seconds} seconds`;
}
