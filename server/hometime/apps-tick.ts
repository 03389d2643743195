import type { ListedApp } from '../../shared/policy/app-list.ts';
import type { AppAnswer, Apps } from '../../shared/report/apps.ts';
import { listOf } from '../../shared/words.ts';
import type { AtHometime, Closing, Ticked } from './given.ts';
import { isLookedAtSince, isTidiedAtClosing } from './looked-at.ts';
import { cannotTell, tick } from './ticks.ts';

const asked = 'apps-signed-out';
const what = 'whether every app is signed out';

/** DEV2: Famly and the like are signed out; social networks and webmail as well, where the setting forbids them. */
export function appsTick(given: AtHometime, closing: Closing): Ticked {
  const listed = closing.policy.apps.apps.filter(
    ({ kind }) => kind === 'nursery' || closing.policy.personalApps === 'forbidden',
  );
  if (listed.length === 0) return tick(asked, 'not-asked', 'no app is looked for');
  const reading = given.device.sections.apps;
  if (reading.state === 'unknown') return cannotTell(asked, what, { reading });
  const named = (answer: AppAnswer) => names(listed, reading.value, answer);
  const isFresh = isLookedAtSince('apps', given, closing);
  const signedIn = named('signed-in');
  if (signedIn.length > 0 && (isFresh || given.device.presence.state === 'online'))
    return tick(asked, 'no', `${listOf(signedIn)} ${signedIn.length === 1 ? 'is' : 'are'} still signed in`);
  const doubtful = [...named('possible'), ...named('unknown')];
  if (doubtful.length > 0)
    return tick(
      asked,
      'cannot-tell',
      `it cannot be told whether ${shortened(doubtful)} ${doubtful.length === 1 ? 'is' : 'are'} signed out`,
    );
  if (signedIn.length > 0) return cannotTell(asked, what, { section: 'apps', given, closing });
  return isFresh || isTidiedAtClosing('appsSignedOut', given, closing)
    ? tick(asked, 'yes', `signed out of ${listed.length === 1 ? listOf(listed.map(({ name }) => name)) : 'every app'}`)
    : cannotTell(asked, what, { section: 'apps', given, closing });
}

/** An app that the device says nothing of was not looked for: not known. */
function names(listed: readonly ListedApp[], { apps }: Apps, answer: AppAnswer): string[] {
  const told = new Map(apps.map((one) => [one.app, one.answer]));
  return listed.filter(({ app }) => (told.get(app) ?? 'unknown') === answer).map(({ name }) => name);
}

function shortened(all: readonly string[], most = 3): string {
  return all.length <= most ? listOf(all) : `${all.slice(0, most).join(', ')} and ${all.length - most} more`;
}
