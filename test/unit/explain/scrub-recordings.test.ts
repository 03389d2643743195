import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import { createScrubber } from '../../../agent/explain/scrub.ts';
import { parseProperty } from '../../../agent/platform/android/crypto-state.ts';
import { parseConnection } from '../../../agent/platform/android/network-text.ts';
import { parseCryptStatus, parseDmTable, parseLuksDump, schemeOfUuid } from '../../../agent/platform/linux/dm-text.ts';
import { parseFindmnt, parseSwaps } from '../../../agent/platform/linux/findmnt.ts';
import { parseListSessions, parseSessionTable, parseShowSession } from '../../../agent/platform/linux/logind-text.ts';
import { parseLsblk } from '../../../agent/platform/linux/lsblk.ts';
import { parseResolvConf } from '../../../agent/platform/linux/resolv-conf.ts';
import { parseIpv6Routes, parseRoutes, parseRuledTables } from '../../../agent/platform/linux/route-text.ts';
import { parseUdevRecord } from '../../../agent/platform/linux/udev-record.ts';
import { parseIwLink, parseNmcli } from '../../../agent/platform/linux/wifi-text.ts';
import { parseApfsList } from '../../../agent/platform/macos/apfs-list.ts';
import { parseConsoleOwner, parseConsoleUsers } from '../../../agent/platform/macos/console-users.ts';
import { parseFdesetupStatus } from '../../../agent/platform/macos/fdesetup-text.ts';
import { parseNetstat } from '../../../agent/platform/macos/route-text.ts';
import { parseWho } from '../../../agent/platform/macos/who-text.ts';
import { decodeConsole } from '../../../agent/platform/windows/code-page.ts';
import { parseEncryptableVolumes } from '../../../agent/platform/windows/encryptable-volumes.ts';
import { parseBdeStatus } from '../../../agent/platform/windows/manage-bde.ts';
import { parseMediaAnswer } from '../../../agent/platform/windows/media-answer.ts';
import { parseNetshWlan } from '../../../agent/platform/windows/netsh-wlan.ts';
import { parseNeighbours } from '../../../agent/platform/windows/network-script.ts';
import { parseQuser } from '../../../agent/platform/windows/quser.ts';
import { parseRightsAnswer } from '../../../agent/platform/windows/rights-answer.ts';
import { parseWtsRows } from '../../../agent/platform/windows/wts.ts';
import { askLocation, routes } from '../platform/linux/laptop-network.ts';
import { atNoon } from '../platform/recordings.ts';

const secrets = {
  people: ['sam', 'jo', 'agency', 'jo müller', 'admin', 'crypt'],
  hosts: ['debian', 'NURSERY-LT01'],
  networks: [],
};

/** Which recordings each parser of ours reads. */
const parsers: readonly (readonly [os: string, files: RegExp, parse: (text: string) => unknown])[] = [
  ['linux', /^lsblk-json-.*(?<!stderr)\.txt$/, parseLsblk],
  ['linux', /^findmnt-json/, parseFindmnt],
  ['linux', /^proc_swaps/, parseSwaps],
  ['linux', /^dmsetup_table/, (text) => [...parseDmTable(text)]],
  ['linux', /^dm_uuid/, (text) => text.split('\n').map(schemeOfUuid)],
  ['linux', /^cryptsetup_status/, parseCryptStatus],
  ['linux', /^cryptsetup_luksDump/, parseLuksDump],
  ['linux', /^busctl-ListSessions/, parseListSessions],
  ['linux', /^loginctl-(?:table|json)/, parseSessionTable],
  ['linux', /^loginctl-show/, parseShowSession],
  ['linux', /^nmcli/, parseNmcli],
  ['linux', /^iw_link/, parseIwLink],
  ['linux', /^proc_net_route/, parseRoutes],
  ['linux', /^proc_net_ipv6_route/, parseIpv6Routes],
  ['linux', /^proc_net_fib_trie/, parseRuledTables],
  ['linux', /^resolv_conf/, parseResolvConf],
  ['linux', /^udevadm_info/, parseUdevRecord],
  ['macos', /^diskutil_apfs/, parseApfsList],
  ['macos', /^fdesetup_status/, parseFdesetupStatus],
  ['macos', /^scutil_ConsoleUser/, parseConsoleUsers],
  ['macos', /^stat_console/, parseConsoleOwner],
  ['macos', /^who-/, (text) => parseWho(text, atNoon.now())],
  ['macos', /^netstat/, parseNetstat],
  ['windows', /^manage-bde_status/, parseBdeStatus],
  ['windows', /^(?:Win32_EncryptableVolume|Get-BitLockerVolume)/, parseEncryptableVolumes],
  ['windows', /^(?:quser|query_session)/, parseQuser],
  ['windows', /^wts-/, parseWtsRows],
  ['windows', /^netsh_wlan/, parseNetshWlan],
  ['windows', /^netsh_interface/, parseNeighbours],
  ['windows', /^media-/, parseMediaAnswer],
  ['windows', /^rights-/, parseRightsAnswer],
  ['android', /^getprop/, (text) => text.split('\n').map(parseProperty)],
  ['android', /^termux-wifi/, parseConnection],
];

/** A value that a parser made, with its texts scrubbed: what the parser must make of the scrubbed text. */
function withoutNames(value: unknown, scrub: (text: string) => string): unknown {
  return JSON.parse(
    JSON.stringify(value ?? null, (_key, one: unknown) => (typeof one === 'string' ? scrub(one) : one)),
  );
}

describe('recordings that were scrubbed', () => {
  for (const [os, files, parse] of parsers) {
    const folder = new URL(`../../fixtures/platform/${os}/`, import.meta.url);
    const names = readdirSync(folder).filter((name) => files.test(name));

    it(`are read as they were: ${os} ${files.source}`, () => {
      expect(names).not.to.be.empty;
      for (const name of names) {
        const text = decodeConsole(readFileSync(new URL(name, folder)));
        const scrub = createScrubber(secrets);
        const scrubbed = scrub(text);
        expect(
          withoutNames(parse(scrubbed), (word) => word),
          name,
        ).to.deep.equal(withoutNames(parse(text), scrub));
      }
    });
  }

  it('still say which way out a device takes, and its hardware address: private and public', async () => {
    const publicRoutes = routes.replaceAll('0202000A', '0117C354');
    for (const [address, table] of [
      ['10.0.2.2', routes],
      ['84.195.23.1', publicRoutes],
    ] as const) {
      const arp = `IP address HW type Flags HW address Mask Device\n${address} 0x1 0x2 52:55:0B:00:02:02 * ens3\n`;
      const scrub = createScrubber(secrets);
      const ask = (change: (text: string) => string) =>
        askLocation({ files: { '/proc/net/route': change(table), '/proc/net/arp': change(arp) } });
      const [before, after] = [await ask((text) => text), await ask(scrub)];
      expect(before.reading).to.have.nested.property('value.gateway.hardwareAddress', '52:55:0b:00:02:02');
      expect(after.reading).to.have.nested.property('value.gateway.hardwareAddress', '0a:00:00:00:00:01');
      expect(after.reading).to.have.nested.property('value.gateway.address', scrub(address));
    }
  });
});
