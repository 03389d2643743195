import type { Medium } from '../../../shared/report/media.ts';
import type { Exec } from '../exec.ts';
import { outputOf } from '../tool-trouble.ts';
import { allNodes, type BlockNode } from './block-node.ts';
import { isNoCipher, kindOfTable, parseDmTable, parseLuksDump, schemeOfUuid } from './dm-text.ts';
import { isLuks2, isOpened } from './medium-parts.ts';

type Encryption = Medium['encryption'];

/** Looks into what a medium seems to be encrypted by. */
export type CryptLook = (disk: BlockNode, seeming: Encryption, signal: AbortSignal) => Promise<Encryption>;

/**
 * LUKS2 encrypts a stick in place: from the first moment it bears the mark of an
 * encrypted one, while most of it still lies there plain, and so it stays when that
 * was broken off. An opened container may use a cipher that changes nothing. Only the
 * header and the kernel's tables tell, and only the administrator may ask for them.
 *
 * Asked once for each stick and again when what udev or the kernel shows of it
 * changed; at each look while a conversion runs or nothing was answered.
 */
export function createCryptLook(parts: { exec: Exec; isAdministrator: boolean }): CryptLook {
  const kept = new Map<string, { shown: string; answer: Encryption }>();
  return async (disk, seeming, signal) => {
    if (seeming !== 'encrypted' && seeming !== 'partial') return seeming;
    const inDoubt = allNodes(disk).filter((node) => isLuks2(node) || isOpened(node));
    if (inDoubt.length === 0) return seeming;
    if (!parts.isAdministrator) return seeming === 'partial' ? seeming : 'unknown';
    const shown = JSON.stringify(allNodes(disk).map(({ number, mapper, udev }) => [number, mapper, udev?.text]));
    const before = kept.get(disk.name);
    if (before?.shown === shown && before.answer === seeming) return before.answer;
    const states: Encryption[] = [];
    for (const node of inDoubt) states.push(await askAbout(node, parts.exec, signal));
    const answer = together(seeming, states);
    kept.set(disk.name, { shown, answer });
    return answer;
  };
}

async function askAbout(node: BlockNode, exec: Exec, signal: AbortSignal): Promise<Encryption> {
  return isOpened(node) ? askTable(node, exec, signal) : askHeader(node, exec, signal);
}

async function askHeader({ name }: BlockNode, exec: Exec, signal: AbortSignal): Promise<Encryption> {
  const dump = outputOf(await exec('cryptsetup', ['luksDump', `/dev/${name}`], { signal }));
  const header = dump === undefined ? undefined : parseLuksDump(dump);
  if (dump === undefined || header === undefined) return 'unknown';
  if (header.converting) return 'partial';
  return header.open ? 'not-encrypted' : 'encrypted';
}

/** The kernel's table of an opened container; a conversion that runs has stretches of several kinds. */
async function askTable({ mapper, mapperName }: BlockNode, exec: Exec, signal: AbortSignal): Promise<Encryption> {
  const scheme = schemeOfUuid(mapper ?? '');
  const output = mapperName === undefined ? undefined : outputOf(await exec('dmsetup', ['table'], { signal }));
  const tables = output === undefined ? undefined : parseDmTable(output);
  const table = tables?.get(mapperName ?? '');
  if (scheme === undefined || table === undefined) return 'unknown';
  if (tables?.has(`${mapperName}-overlay`)) return 'partial';
  const kind = kindOfTable(table, scheme);
  if (kind === 'no-cipher' || table.some(({ target, cipher }) => target === 'crypt' && isNoCipher(cipher)))
    return 'not-encrypted';
  return kind === 'ciphers' ? 'encrypted' : kind === 'mixed' ? 'partial' : 'unknown';
}

/** What a medium is, once those of its containers that could be looked into were. */
function together(seeming: Encryption, states: readonly Encryption[]): Encryption {
  if (seeming === 'encrypted' && states.every((state) => state === 'not-encrypted')) return 'not-encrypted';
  if (seeming === 'partial' || states.includes('not-encrypted') || states.includes('partial')) return 'partial';
  return states.includes('unknown') ? 'unknown' : seeming;
}
