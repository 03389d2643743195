import type { WipeLevel } from '../../../../shared/command/kind/wipe.ts';
import type { Policy } from '../../../../shared/policy/document.ts';

const consequences: { readonly [Level in WipeLevel]: readonly string[] } = {
  people: [
    'Everything that people keep on the device is deleted: documents, photos, browsers with their sign-ins.',
    'What exists nowhere else is lost.',
    'The device goes on working and stays in your list.',
  ],
  device: [
    'The keys of its disks are destroyed and its power is cut. Nothing on it can be read again, by anybody.',
    'It does not start again until somebody sets it up from new.',
    'You will see here that it has begun, and after ten minutes of silence that it counts as wiped.',
  ],
};

/** What a wipe means, in plain words, before it is ordered. */
export function wipeConsequences(level: WipeLevel): readonly string[] {
  return consequences[level];
}

const approvals: { readonly [Rule in Policy['wipeApproval']]: string } = {
  'when-two-administrators':
    'Where there is a second administrator, they must approve it within 24 hours. Until then nothing is sent.',
  always: 'A second administrator must approve it within 24 hours. Until then nothing is sent.',
  never: 'Your rules ask for no second administrator: it is sent at once.',
};

/** Whether somebody else must agree; undefined: the rules are not known yet. */
export function wipeApprovalWords(rule: Policy['wipeApproval'] | undefined): string {
  return rule === undefined ? 'Your rules say whether a second administrator must approve it.' : approvals[rule];
}
