import { agent, isOldAgent } from './agent.ts';
import { apps } from './apps.ts';
import { encryption } from './encryption.ts';
import { filtering } from './filtering.ts';
import { guardWord } from './guard-word.ts';
import { guards } from './guards.ts';
import { guardsUnknown } from './guards-unknown.ts';
import { hometime } from './hometime.ts';
import { media } from './media.ts';
import { movedAtNight, usedOutOfHours } from './out-of-hours.ts';
import { authorisedPeople } from './people.ts';
import { outing, photos } from './photos.ts';
import { programs } from './programs.ts';
import type { Rule } from './rule.ts';
import { settings } from './settings.ts';
import { silence } from './silence.ts';

/** An agent too old to be asked is one thing to put right, and not one for each fact it does not know of. */
const unlessOld =
  (rule: Rule): Rule =>
  (given) =>
    isOldAgent(given.facts) ? [] : rule(given);

/** Every rule, in the order a manager should read them. */
export const rules: readonly Rule[] = [
  encryption,
  outing,
  guardWord,
  movedAtNight,
  filtering,
  authorisedPeople,
  usedOutOfHours,
  hometime,
  unlessOld(apps),
  unlessOld(media),
  photos,
  guards,
  programs,
  unlessOld(guardsUnknown),
  agent,
  unlessOld(settings),
  silence,
];
