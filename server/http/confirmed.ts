import { StatedError } from '../../shared/api/errors.ts';
import type { Instant } from '../../shared/instant.ts';
import type { SignedIn } from './asker.ts';

/** What is looked at: a request past the edge, or anything that carries its session. */
interface WithSession {
  session?: SignedIn | undefined;
}

/**
 * The person behind a request gave their password within the last five minutes.
 * Routes that say `confirmed` are checked before their handler runs; a handler
 * whose body decides calls it. An order that destroys uses the confirmation up
 * (`useUpConfirmation` of people), so that one password is one order.
 * @throws StatedError `confirm-password`, or `forbidden` for API tokens, which have no password.
 */
export function requireConfirmed({ session }: WithSession): SignedIn {
  if (session === undefined) {
    throw new StatedError(
      'forbidden',
      'An API token may not do this: it needs a person who gives their password again.',
    );
  }
  if (session.confirmedUntil === null) {
    throw new StatedError('confirm-password', 'Give your password again, then do this within five minutes.');
  }
  return session;
}

/**
 * The person has a second factor switched on. For what even an administrator whose time
 * for it has not run out may not do without one: ordering or approving a wipe where a second administrator is there.
 * @throws StatedError `second-factor-required`, or `forbidden` for API tokens.
 */
export function requireSecondFactor({ session }: WithSession): SignedIn {
  if (session === undefined) {
    throw new StatedError('forbidden', 'An API token may not do this: it needs a person with a second factor.');
  }
  if (!session.secondFactor.on) throw secondFactorRequired();
  return session;
}

/**
 * The person has been an administrator long enough, and came by no fresh link, to be a second
 * person: else whoever asks could make one, or reset one, and approve in their name.
 * @throws StatedError `forbidden`.
 */
export function requireSettled({ session }: WithSession, now: Instant): SignedIn {
  if (session !== undefined && session.approvesFrom !== null && session.approvesFrom <= now) return session;
  throw new StatedError(
    'forbidden',
    'You became an administrator, or your account was reset, less than a day ago. Until then another must approve.',
  );
}

export function secondFactorRequired(): StatedError {
  return new StatedError(
    'second-factor-required',
    'Set up your second factor first (your account, "Authenticator app"), then do this again.',
  );
}
