import type { Testimony } from '../../platform/witness.ts';

/** Words that must not leave the device in a recorded case. */
export interface Secrets {
  /** Account names, people's own names, home folders' names. */
  people: readonly string[];
  hosts: readonly string[];
  /** Wi-Fi networks' names. */
  networks: readonly string[];
  /** Serial numbers, and what volumes are called. */
  things?: readonly string[];
}

type Kind = keyof Secrets;

/** Each with one group: the private word. What stands before and after it says that it is one. Bounded, so that noise costs no time. */
const signs: readonly (readonly [Kind, RegExp])[] = [
  ['networks', /^[ \t]*\S{0,20}SSID(?:_STR)?[ \t]*[:=][ \t]*([^\r\n]{1,120})/gimu],
  ['networks', /^[ \t]*(?:Profil|Perfil)\S{0,8}[ \t]*:[ \t]*([^\r\n]{1,120})/gimu],
  ['networks', /\bESSID:"([^"\r\n]{1,120})"/g],
  ['networks', /^Current Wi-Fi Network:[ \t]*([^\r\n]{1,120})/gim],
  ['networks', /"(?:ssid|ssid_str|wifi)"\s{0,9}:\s{0,9}"((?:\\.|[^"\\]){1,120})"/gi],
  ['networks', /<key>SSID(?:_STR)?<\/key>\s{0,99}<string>([^<]{1,120})</g],
  ['networks', /(?<=^|[/"\s])([^/"\\\r\n]{1,120})\.nmconnection\b/gm],
  ['networks', /^[^:\r\n]{0,20}:((?:\\.|[^:\\\r\n]){1,120}):(?:[0-9a-f]{2}\\?:){5}[0-9a-f]{2}\b/gim],
  ['networks', /\b(?:[0-9a-f]{2}:){5}[0-9a-f]{2}[ \t]{1,20}(\S[^\r\n]{0,100}?)[ \t]{2,40}(?:Infra|Ad-Hoc|Mesh)\b/gi],
  [
    'things',
    /\bID_(?:[A-Z]{2,6}_)?(?:SERIAL(?:_SHORT)?|WWN\w{0,20}|FS_LABEL|FS_UUID|PART_ENTRY_UUID|PART_ENTRY_NAME)=([^\r\n"]{1,120})/g,
  ],
  [
    'things',
    /"(?:serial|serial_?num(?:ber)?|IOPlatformSerialNumber|USB Serial Number|wwn|label|partlabel|fslabel|FileSystemLabel|VolumeName|uuid|partuuid|ptuuid)"\s{0,9}[:=]\s{0,9}"((?:\\.|[^"\\]){1,120})"/gi,
  ],
  ['things', /<key>(?:serial_?num(?:ber)?|IOPlatformSerialNumber|VolumeName)<\/key>\s{0,99}<string>([^<]{1,120})</gi],
  ['things', /\bSerial Number(?: \([a-z]{1,20}\))?:[ \t]{0,20}([^\r\n]{1,80})/gi],
  ['things', /\bby-(?:uuid|label|partlabel|partuuid)\/([^\s"/]{1,120})/g],
  ['things', /\bby-id\/[^\s"]{0,160}_([A-Za-z0-9]{6,60})(?:-\d{1,3}:\d{1,3})?(?:-part\d{1,3})?(?=[\s"]|$)/g],
  ['things', /\bID_SERIAL=[^\s"]{0,160}_([A-Za-z0-9]{6,60})(?:-\d{1,3}:\d{1,3})?(?=[\s"]|$)/g],
  ['things', /USBSTOR[#\\]{1,4}[^#\\"\s]{1,120}[#\\]{1,4}([0-9A-Za-z]{4,60})(?=&|#)/gi],
  ['things', /VID_\w{4}&PID_\w{4}[#\\]{1,4}([0-9A-Za-z]{6,60})(?![\w&])/gi],
  ['things', /(?:\/run\/media\/[^/\s"]{1,60}|\/media\/[^/\s"]{1,60}|\/Volumes)\/([^/"\r\n]{1,120})/g],
  ['things', /\b[A-Z]:"? \[([^\]\r\n]{1,80})\]/g],
  ['things', /\b(?:PART)?(?:LABEL(?:_FATBOOT)?|UUID)=((?:\\[^\r\n]|[^\\\s"]){1,120})/g],
  ['things', /^[ \t]*(?:S\/?N|Serial(?: ?(?:No\.?|Number))?)[ \t]{0,20}[:=][ \t]{0,20}([^\s"]{4,80})/gim],
  ['things', /^[ \t]*(?:Label|Bezeichnung):[ \t]*([^\r\n]{1,80})/gim],
  ['people', /"(?:user|person|username|account)"\s{0,9}:\s{0,9}"((?:\\.|[^"\\]){1,120})"/gi],
  // As directories of many computers have them: "/home/KITA/anna".
  ['people', /\/home\/[^/\s"':]{1,60}\/([^./\s"':][^/\s"':]{1,60})\/\.(?:config|local|mozilla|cache)\b/g],
  ['people', /[A-Z]:\\{1,4}Users\\{1,4}([^\\/:*?"<>|\r\n]{2,60})(?=\\)/g],
  ['things', /^[ \t]*XDG_[A-Z]{1,20}_DIR="\$HOME\/([^"\r\n]{1,120})"/gm],
  ['people', /(?:\/home\/|\/Users\/|[A-Z]:\\{1,4}Users\\{1,4})([^./\\\s"':][^/\\\s"':]{1,60})/g],
  ['hosts', /"(?:host|hostname|computer|domain)"\s{0,9}:\s{0,9}"((?:\\.|[^"\\]){1,120})"/gi],
  ['hosts', /^[ \t]*(?:search|domain)[ \t]{1,20}([^\r\n]{1,200})/gim],
];

/** Files that hold nothing but one private word. */
const wholeFiles: readonly (readonly [Kind, RegExp])[] = [
  ['things', /(?:serial|wwid|machine-id|product_uuid|\/vpd_pg80)$/],
  ['hosts', /\/(?:hostname|domainname|etc\/mailname)$/],
];

const passwdLine = /^([a-z_][\w.-]{0,60}):[^:\r\n]{0,60}:(\d{1,9}):\d{1,9}:([^:\r\n]{0,200}):/gim;

/** The private words that a text shows by what stands around them, beside those that are known. */
export function learnFrom(text: string, secrets: Secrets): Secrets {
  const found: Record<Kind, string[]> = { people: [], hosts: [], networks: [], things: [] };
  for (const [kind, sign] of signs) {
    for (const [, word = ''] of text.matchAll(sign)) found[kind].push(...spellings(word));
  }
  for (const [, name = '', uid, about = ''] of text.matchAll(passwdLine)) {
    if (Number(uid) < 1000 || Number(uid) >= 65_000) continue;
    found.people.push(name, ...about.split(',').filter((part) => /\p{L}/u.test(part)));
    found.things.push(...about.split(',').filter((part) => /\d{4}/.test(part)));
  }
  found.hosts = found.hosts.flatMap((word) => word.split(/\s+/));
  found.hosts.push(...around(text, secrets));
  return joined(secrets, found);
}

/** The same from everything that the system was asked and gave. */
export function learnFromCase(testimony: readonly Testimony[], texts: readonly string[], secrets: Secrets): Secrets {
  let learned = secrets;
  for (const one of testimony) {
    if (one.asked !== 'file' || one.gave === undefined) continue;
    for (const [kind, path] of wholeFiles)
      if (path.test(one.path)) learned = joined(learned, { [kind]: [one.gave.trim()] });
  }
  for (const text of texts) learned = learnFrom(text, learned);
  return learned;
}

/** The domain before a person ("KITA\\anna") and after a computer ("laptop.kita.example"). */
function around(text: string, { people, hosts }: Secrets): string[] {
  const literal = (word: string) => word.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
  const any = (words: readonly string[]) =>
    words
      .filter((word) => word.trim().length > 1)
      .map((word) => literal(word.trim()))
      .join('|');
  const [person, host] = [any(people), any(hosts)];
  const domains =
    person === ''
      ? []
      : [
          ...text.matchAll(
            new RegExp(
              `(?:^|[\\s"'=(])([\\p{L}\\p{N}][\\p{L}\\p{N}._-]{1,62})\\\\{1,4}(?:${person})(?![\\p{L}\\p{N}])`,
              'gimu',
            ),
          ),
        ];
  const zones =
    host === ''
      ? []
      : [...text.matchAll(new RegExp(`(?<![\\w-])(?:${host})\\.((?:[\\w-]{1,63}\\.){1,5}[a-z]{2,24})(?!\\w)`, 'gi'))];
  return [...domains, ...zones].map(([, word = '']) => word);
}

/** As it is meant, where it stands in escapes or quotes. A name that a system hides already is none. */
function spellings(word: string): string[] {
  const meant = word
    .replace(/(?:\\x[0-9a-f]{2})+/gi, (bytes) => Buffer.from(bytes.replaceAll('\\x', ''), 'hex').toString())
    .replace(/\\+u([0-9a-f]{4})/gi, (_found, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    .replace(/\\+([^\\])/g, (_found, letter: string) => (/[\p{L}\p{N}]/u.test(letter) ? `\\${letter}` : letter));
  const bare = meant.trim().replace(/^"(.*)"$/, '$1');
  return bare.startsWith('<') ? [] : [bare];
}

function joined(secrets: Secrets, found: Partial<Record<Kind, string[]>>): Secrets {
  const both = (kind: Kind) => [...new Set([...(secrets[kind] ?? []), ...(found[kind] ?? [])])];
  return { people: both('people'), hosts: both('hosts'), networks: both('networks'), things: both('things') };
}
