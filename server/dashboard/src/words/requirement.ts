/** The demands that the rules come from, in plain words; the whole register is in the settings' own policies. */
const demands = {
  DEV1: 'a setting’s device leaves the premises only encrypted',
  DEV2: 'every tablet is logged out of Famly at the end of each day',
  DEV3: 'photographs are off the tablets every half-term',
  DEV4: 'teaching resources stay for one academic year at most',
  DEV5: 'the web is filtered wherever children can use it',
  DEV6: 'tablets are locked away when the setting is closed',
  DEV7: 'a device is used by its authorised person only',
  DEV8: 'only authorised staff install programs',
  DEV9: 'nothing is left on a device that goes on an outing',
  DEV10: 'memory sticks are encrypted, or not used for children’s data',
  DEV12: 'no child’s photograph ends up on a home computer',
  DEV13: 'no personal webmail or social network without agreement',
  INC1: 'misuse is put on record',
} as const;

export type Requirement = keyof typeof demands;

export function demandWords(id: Requirement): string {
  return demands[id];
}
