import type { Reading } from '../../../../shared/reading.ts';
import type { Rights } from '../../../../shared/report/rights.ts';
import { counted, listOf } from '../../../../shared/words.ts';
import type { Said, Tone } from './tone.ts';
import { unknownSaid } from './unknown.ts';

/** One guard of the device: what it is called, and how it stands. */
export interface Guard {
  name: string;
  said: Said;
}

/** Each guard on its own: one that cannot be told is not hidden by another that is well. */
export function guardsOf({ automaticSignIn, firewall, antivirus, people }: Rights): Guard[] {
  return [
    ...people.flatMap(({ person, administrator, screenLock }) => [
      {
        name: `${person}: administrator`,
        said: saidOf(administrator, (is) => (is ? answer('Yes', 'warn') : answer('No', 'good'))),
      },
      { name: `${person}: screen lock`, said: saidOf(screenLock, lockSaid) },
    ]),
    {
      name: 'Signs somebody in by itself',
      said: saidOf(automaticSignIn, ({ on, person }) =>
        on ? answer(person === null ? 'Yes' : `Yes, ${person}`, 'warn') : answer('No', 'good'),
      ),
    },
    { name: 'Firewall', said: saidOf(firewall, ({ on }) => (on ? answer('On', 'good') : answer('Off', 'warn'))) },
    { name: 'Protection against viruses', said: saidOf(antivirus, antivirusSaid) },
  ];
}

/** A device left alone for longer than this is open to whoever finds it. */
const longestLockSeconds = 60 * 60;

/** What of the guards needs a look, in one line. */
export function rightsWords(reading: Reading<Rights>): Said {
  if (reading.state === 'unknown') return unknownSaid(reading);
  const guards = guardsOf(reading.value);
  const wrong = guards.filter(({ said }) => said.tone === 'warn' || said.tone === 'bad');
  if (wrong.length > 0) return { text: `A look is needed: ${listOf(wrong.map(({ name }) => name))}`, tone: 'warn' };
  const unsure = guards.filter(({ said }) => said.tone === 'unknown').length;
  if (unsure > 0) return { text: `${counted(unsure, 'guard')} cannot be told`, tone: 'unknown' };
  if (reading.value.people.length === 0)
    return { text: 'What could be asked with nobody signed in is well', tone: 'plain' };
  return { text: 'All guards are up', tone: 'good' };
}

function lockSaid({ on, afterSeconds }: { on: boolean; afterSeconds: number | null }): Said {
  if (!on) return answer('Off', 'warn');
  if (afterSeconds === null) return answer('On; not known after how long', 'unknown');
  if (afterSeconds > longestLockSeconds)
    return answer(`Only after ${counted(Math.round(afterSeconds / 60), 'minute')}`, 'warn');
  return answer(
    `On, after ${afterSeconds < 120 ? counted(afterSeconds, 'second') : counted(Math.round(afterSeconds / 60), 'minute')}`,
    'good',
  );
}

function antivirusSaid({ state, upToDate }: { state: 'on' | 'off' | 'none'; upToDate: boolean | null }): Said {
  if (state === 'none') return answer('None named by the system', 'warn');
  if (state === 'off') return answer('Off', 'warn');
  if (upToDate === false) return answer('On, but out of date', 'warn');
  return upToDate === null ? answer('On; not known whether up to date', 'unknown') : answer('On', 'good');
}

function saidOf<Value>(reading: Reading<Value>, words: (value: Value) => Said): Said {
  return reading.state === 'known' ? words(reading.value) : unknownSaid(reading);
}

function answer(text: string, tone: Tone): Said {
  return { text, tone };
}
