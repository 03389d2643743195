import { type Clock, instant } from '../../../shared/instant.ts';
import { known, unknown } from '../../../shared/reading.ts';
import type { Programs } from '../../../shared/report/programs.ts';
import type { Keeper } from '../keeper.ts';
import type { Probe } from '../platform.ts';
import type { UnreadList } from '../programs/installed-program.ts';
import { createPeoplePrograms } from '../programs/people-programs.ts';
import { createProgramList } from '../programs/program-list.ts';
import type { PowerShell } from './powershell.ts';
import { powerShellTrouble } from './powershell-trouble.ts';
import { parseProgramsAnswer } from './programs-answer.ts';
import { programsScript } from './programs-script.ts';

interface ProgramsParts {
  powershell: PowerShell;
  clock: Clock;
  keeper: Keeper;
}

/**
 * Installed programs on Windows (DEV8), as its own page lists them, and apps of the
 * store. From documentation; no recording of it is at hand. Programs that were only
 * copied into a folder are in no list, and not seen.
 *
 * A person's own programs can be seen while that person is signed in: until everybody
 * with a profile has been, the list of the registry is told as unread too.
 */
export function createProgramsProbe({ powershell, clock, keeper }: ProgramsParts): Probe<Programs> {
  const list = createProgramList({ clock, keeper });
  const own = createPeoplePrograms({ keeper, source: 'registry' });
  return async (signal) => {
    const said = await powershell.ask(programsScript, signal);
    const at = () => instant(clock.now());
    if (said.kind !== 'answer') return unknown(powerShellTrouble(said), at(), 'powershell');
    const answer = parseProgramsAnswer(said.text);
    if (answer === undefined) return unknown('not-understood', at(), 'package-list');
    const people = await own.look(answer.own, answer.people);
    const storeUnread: UnreadList = { source: 'store', reason: said.elevated ? 'tool-failed' : 'permission-denied' };
    const found = [...answer.machine, ...people.found, ...(answer.store ?? [])];
    const unread = answer.store === undefined ? [storeUnread] : [];
    const programs = await list.compare(found, unread, [], people.firstSeen);
    // Said beside the comparison, and not to it: what the registry does show is compared.
    const isWhole = answer.people !== undefined && people.unseen.length === 0;
    const ownUnread: UnreadList = { source: 'registry', reason: 'not-asked-yet' };
    return known(isWhole ? programs : { ...programs, unread: [ownUnread, ...programs.unread] }, at());
  };
}
