import type { Reading, UnknownReason } from '../../reading.ts';
import type { EvaluatedPolicy } from '../evaluated-policy.ts';
import type { Facts } from '../facts.ts';
import type { Finding, FindingCode } from '../findings.ts';
import { isProved } from './filtering.ts';
import { type Case, finding, listOf } from './rule.ts';

/** Reasons by which Android keeps a fact from every app: no rights, no restart and no tool would change it. */
const byDesign: ReadonlySet<UnknownReason> = new Set(['not-supported', 'permission-denied', 'blocked-by-permission']);

/** What Android does not tell, in the place of the finding with this code. */
interface Kept {
  code: FindingCode;
  what: string;
}

/**
 * An Android device in good order would stand with a finding for each thing that
 * Android tells no app, and none of them could ever be put right. They are said
 * once, all together; whatever else is unknown, and could be known, stays as it is.
 */
export function saidOnce(findings: readonly Finding[], { facts, policy }: Pick<Case, 'facts' | 'policy'>): Finding[] {
  if (facts.platform !== 'android') return [...findings];
  const found = new Set(findings.map(({ code }) => code));
  const kept = keptByAndroid(facts, policy).filter(({ code }) => found.has(code));
  if (kept.length === 0) return [...findings];
  const codes = new Set(kept.map(({ code }) => code));
  const text = `Android lets no app tell ${listOf(
    kept.map(({ what }) => what),
    'or',
  )}.`;
  const remedy = 'Look at the device by hand when it is locked away; nothing on it needs to be put right for this.';
  return [...findings.filter(({ code }) => !codes.has(code)), finding('android-untold', text, remedy)];
}

function keptByAndroid({ sections, childFacing }: Facts, policy: EvaluatedPolicy): Kept[] {
  const { sessions, apps, media, filtering } = sections;
  const kept: Kept[] = [];
  if (isKept(sessions)) kept.push({ code: 'sessions-unknown', what: 'who uses it' });
  if (
    isKept(apps) ||
    (apps.state === 'known' && apps.value.listVersion === policy.apps.version && areKept(apps.value.unread))
  )
    kept.push({ code: 'apps-unknown', what: 'who is signed in to which page in a browser' });
  if (isKept(media)) kept.push({ code: 'media-unknown', what: 'whether a memory card is in it' });
  if (
    childFacing &&
    filtering.state === 'known' &&
    isProved(filtering.value) &&
    areKept(filtering.value.bypassesUnread ?? [])
  )
    kept.push({ code: 'filtering-unknown', what: 'whether a browser or a proxy leads round the web filter' });
  if (areGuardsKept(sections)) {
    const what = childFacing ? 'whether the screen locks, whether apps were installed' : 'whether the screen locks';
    kept.push({ code: 'guards-unknown', what });
  }
  return kept;
}

/** Whether nothing but Android itself keeps rights and programs from being told. */
function areGuardsKept({ rights, programs }: Facts['sections']): boolean {
  const areProgramsKept = programs.state === 'unknown' ? isKept(programs) : areKept(programs.value.unread, true);
  return isKept(rights) && areProgramsKept;
}

function isKept(reading: Reading<unknown>): boolean {
  return reading.state === 'unknown' && byDesign.has(reading.reason);
}

function areKept(unread: readonly { reason: UnknownReason }[], orNone = false): boolean {
  return (orNone || unread.length > 0) && unread.every(({ reason }) => byDesign.has(reason));
}
