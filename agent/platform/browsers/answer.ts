import { instant } from '../../../shared/instant.ts';
import { type AppList, type ListedApp, mayHide } from '../../../shared/policy/app-list.ts';
import type { UnknownReason } from '../../../shared/reading.ts';
import type { AppAnswer, Apps, Browser, SignIn, SignInStore } from '../../../shared/report/apps.ts';
import type { ProfileSignIn } from './sign-ins.ts';

/** A store that could not be read. null: not even which one it is could be told. */
export interface UnreadStore {
  person: string | null;
  browser: Browser | null;
  profile: number | null;
  reason: UnknownReason;
  /** Only this could not be read; absent: any of it. */
  part?: 'cookies';
}

/** All that was found on the device. */
export interface Findings {
  signIns: readonly (SignInStore & ProfileSignIn)[];
  unread: readonly UnreadStore[];
}

const hourMs = 3_600_000;
/** As many as the report has room for. */
const most = { signIns: 200, unread: 100 };

/**
 * The report's section from what was found. An app is signed in where any profile
 * says so; otherwise not known as long as anything that may hide it could not be read; only then
 * possible, or signed out.
 */
export function toApps(list: AppList, { signIns, unread }: Findings): Apps {
  const answerOf = (listed: ListedApp): AppAnswer => {
    const states = signIns.filter((each) => each.app === listed.app).map(({ state }) => state);
    if (states.includes('signed-in')) return 'signed-in';
    if (unread.some((store) => mayHide(store, listed))) return 'unknown';
    return states.length > 0 ? 'possible' : 'signed-out';
  };
  const sure = [...signIns].sort((one, other) => Number(one.state === 'possible') - Number(other.state === 'possible'));
  return {
    listVersion: list.version,
    apps: list.apps.map((listed) => ({ app: listed.app, answer: answerOf(listed) })),
    // Where there are too many, the sure ones come first: they must not be the ones that are cut.
    signIns: (signIns.length > most.signIns ? sure : signIns).slice(0, most.signIns).map(toSignIn),
    unread: eachOnce(unread).slice(0, most.unread),
  };
}

/** Whole hours, the beginning too early and the end too late: a page that renews a cookie is no change. */
function toSignIn({ sinceMs, untilMs, app, state, person, browser, profile }: SignInStore & ProfileSignIn): SignIn {
  return {
    person,
    browser,
    profile,
    app,
    state,
    since: sinceMs === null ? null : instant(Math.floor(sinceMs / hourMs) * hourMs),
    until: untilMs === null ? null : instant(Math.ceil(untilMs / hourMs) * hourMs),
  };
}

function eachOnce(unread: readonly UnreadStore[]): UnreadStore[] {
  const found = new Map<string, UnreadStore>();
  for (const { person, browser, profile, reason, part } of unread) {
    const key = JSON.stringify([person, browser, profile, reason, part]);
    found.set(key, { person, browser, profile, reason, ...(part && { part }) });
  }
  return [...found.values()];
}
