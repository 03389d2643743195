import { expect } from 'chai';
import { isNobody, parseConsoleUsers } from '../../../../agent/platform/macos/console-users.ts';
import { isTakenOver, parseNetstat } from '../../../../agent/platform/macos/route-text.ts';
import { parseWho } from '../../../../agent/platform/macos/who-text.ts';
import { active, apfs, recordedOnMac, verdict } from './mac.ts';

/** Recordings from other sources than those the parsers were written with. */
describe('macOS, recordings from elsewhere', () => {
  it('judges a Mac with a second volume by that too (DEV1)', async () => {
    const list = apfs('applesilicon-second-volume-locked');
    expect(await verdict({ apfs: list })).to.equal('protected');
    const atRest = list.replace(
      /(disk3s7[\s\S]*?<key>FileVault<\/key>\s*)<true\/>(\s*<key>Locked<\/key>\s*)<true\/>/,
      '$1<false/>$2<false/>',
    );
    expect(atRest).to.not.equal(list);
    expect(await verdict({ apfs: atRest })).to.equal('partial');
  });

  it('takes what still needs a restart for what it is now (DEV1)', async () => {
    const status = recordedOnMac('fdesetup_status-off-restart-needed');
    const list = apfs('applesilicon-filevault-off');
    expect(await verdict({ status, active: active.off, apfs: list })).to.equal('not-protected');
    expect(await verdict({ status, apfs: list })).to.equal('not-protected');
    const soon = status.replace('is Off', 'is On');
    expect(await verdict({ status: soon })).to.equal('unknown not-understood');
  });

  it('finds a VPN by its default route or by two halves, whatever columns there are (DEV5)', () => {
    for (const name of ['wireguard', 'two-halves']) {
      const routes = parseNetstat(recordedOnMac(`netstat_rn-${name}`));
      expect(routes !== undefined && isTakenOver(routes), name).to.equal(true);
      const off = parseNetstat(
        recordedOnMac(`netstat_rn-${name}`).replace(/^(default .*utun|0\/1 |128\.0\/1 ).*\n/gm, ''),
      );
      expect(off !== undefined && isTakenOver(off), name).to.equal(false);
    }
  });

  it('leaves out accounts of the system beside a person’s (DEV2)', () => {
    expect(parseConsoleUsers(recordedOnMac('scutil_ConsoleUser-with-root'))?.map(({ name }) => name)).to.deep.equal([
      'sam',
    ]);
    const logins = parseWho(recordedOnMac('who-after-setup'), Date.UTC(2026, 10, 21));
    expect(logins).to.have.length(2);
    expect(logins?.filter(({ name }) => !isNobody(name)).map(({ name }) => name)).to.deep.equal(['sam']);
  });
});
