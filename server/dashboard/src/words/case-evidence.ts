import { commandKinds } from '../../../../shared/command/kinds.ts';
import type { Evidence } from '../../../../shared/incident/evidence.ts';
import { findingCodeSchema } from '../../../../shared/policy/findings.ts';
import { placeSchema } from '../../../../shared/policy/place.ts';
import { sectionNames, sectionSchemas } from '../../../../shared/report/report.ts';
import { listOf } from '../../../../shared/words.ts';
import { sectionTitles } from './device.ts';
import { protectionWords } from './encryption.ts';
import { filteringWords } from './filtering.ts';
import { matterWords } from './incident.ts';
import { mediaWords } from './media.ts';
import { kindOfOrder } from './order-kinds.ts';
import { photosWords } from './photos.ts';
import { placeReason, placeWords } from './place.ts';
import { sessionsWords } from './sessions.ts';
import { capital, fullTime } from './time.ts';
import type { Said } from './tone.ts';

/** One line of evidence: what was asked, and what was known; or several things. */
export interface EvidenceLine {
  what: string;
  said: Said | readonly string[];
}

const plain = (text: string): Said => ({ text, tone: 'plain' });

/** What was known of a device when misuse was seen, in words. What later versions do not understand is named, and not guessed at. */
export function evidenceLines(evidence: Evidence): EvidenceLine[] {
  const { lastSeenAt, policyVersion, findings, openCommands } = evidence;
  return [
    { what: 'Where it was', said: placeLine(evidence.place) },
    ...sectionLines(evidence.sections),
    {
      what: 'What was found wrong',
      said: findings.length === 0 ? plain('Nothing else') : findings.map(({ code }) => findingLine(code)),
    },
    {
      what: 'Orders under way',
      said: plain(openCommands.length === 0 ? 'None' : listOf(openCommands.map(({ kind }) => orderLine(kind)))),
    },
    { what: 'It had last spoken', said: plain(lastSeenAt === null ? 'Never' : fullTime(lastSeenAt)) },
    { what: 'Judged by', said: plain(`Version ${policyVersion} of the setting’s rules`) },
  ];
}

function placeLine(place: Evidence['place']): Said {
  const parsed = placeSchema.safeParse(place);
  if (!parsed.success) return plain(`${place.verdict} (${place.because})`);
  const said = placeWords(parsed.data);
  return parsed.data.verdict === 'unknown' ? said : { ...said, text: `${said.text}: ${placeReason(parsed.data)}` };
}

/** The sections that a person can be told in a line. */
function sectionLines(sections: Evidence['sections']): EvidenceLine[] {
  return sectionNames.flatMap((name): EvidenceLine[] => {
    const said = sectionLine(name, sections[name]);
    return said === undefined ? [] : [{ what: sectionTitles[name], said }];
  });
}

function sectionLine(name: string, reading: unknown): Said | undefined {
  const { encryption, sessions, photos, filtering, media } = sectionSchemas;
  switch (name) {
    case 'encryption':
      return parsedLine(encryption.safeParse(reading), protectionWords);
    case 'sessions':
      return parsedLine(sessions.safeParse(reading), (value) => sessionsWords(value, null));
    case 'photos':
      return parsedLine(photos.safeParse(reading), photosWords);
    case 'filtering':
      return parsedLine(filtering.safeParse(reading), (value) => filteringWords(value, true));
    case 'media':
      return parsedLine(media.safeParse(reading), mediaWords);
    default:
      return undefined;
  }
}

function parsedLine<Value>(
  parsed: { success: true; data: Value } | { success: false },
  say: (value: Value) => Said,
): Said {
  return parsed.success
    ? say(parsed.data)
    : { text: 'Kept in a form this page does not read; it is in the export', tone: 'unknown' };
}

function findingLine(code: string): string {
  const parsed = findingCodeSchema.safeParse(code);
  return parsed.success ? matterWords(parsed.data) : code;
}

function orderLine(kind: string): string {
  return isOrderKind(kind) ? capital(kindOfOrder(kind)) : kind;
}

function isOrderKind(kind: string): kind is keyof typeof commandKinds {
  return kind in commandKinds;
}
