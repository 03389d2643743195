import { expect } from 'chai';
import fc from 'fast-check';
import { accountLines, authLines } from '../../../../agent/platform/linux/lock-hook.ts';
import { hasLines, meetsHook, withLines, withoutLines } from '../../../../agent/platform/linux/lock-pam.ts';
import { personToTry, settingsAskPam } from '../../../../agent/platform/linux/lock-tries.ts';

const debianAccount = `# managed by pam-auth-update
account	[success=1 new_authtok_reqd=done default=ignore]	pam_unix.so 
account	requisite			pam_deny.so
account	required			pam_permit.so
`;
const fedoraAccount = `auth        required                                     pam_env.so
account     required                                     pam_unix.so
account     sufficient                                   pam_localuser.so
account     required                                     pam_permit.so
`;

/** Whether a service meets the hook, with these files in /etc/pam.d. */
const meets = (files: Record<string, string>, service = 'login') => meetsHook(service, (name) => files[name]);
const hooked = withLines(debianAccount, accountLines);

describe('the lines of the lock in the files of PAM', () => {
  it('go in once, at the top, and come out byte for byte', () => {
    const line = fc.constantFrom(...debianAccount.split('\n'), ...fedoraAccount.split('\n'), '', '# x', '\\');
    fc.assert(
      fc.property(fc.array(line), fc.constantFrom('', '\n'), (lines, end) => {
        const text = lines.join('\n') + end;
        const once = withLines(text, accountLines);
        expect(withLines(once, accountLines)).to.equal(once);
        expect(hasLines(once, accountLines)).to.equal(true);
        const both = withLines(once, authLines);
        expect(withoutLines(withoutLines(both, accountLines), authLines)).to.equal(text);
      }),
    );
  });

  it('are met by sign-ins of Debian and Fedora, before what lets somebody with an outdated password past', () => {
    expect(meets({ login: '@include common-account\n', 'common-account': hooked })).to.equal(true);
    expect(
      meets(
        {
          'su-l': 'auth include su\naccount include su\n',
          su: 'auth sufficient pam_rootok.so\n@include common-account\n',
          'common-account': hooked,
        },
        'su-l',
      ),
    ).to.equal(true);
    const fedora = {
      su: 'account\t\tsufficient\tpam_succeed_if.so uid = 0 use_uid quiet\naccount\t\tinclude\t\tsystem-auth\n',
      sshd: 'account    required     pam_sepermit.so\naccount    required     pam_nologin.so\naccount    substack     password-auth\n',
      'system-auth': withLines(fedoraAccount, accountLines),
      'password-auth': withLines(fedoraAccount, accountLines),
    };
    expect(meets(fedora, 'su')).to.equal(true);
    expect(meets(fedora, 'sshd')).to.equal(true);
  });

  const past = {
    'nothing leads to them': { login: 'account required pam_unix.so\n' },
    'there is no such service': {},
    'they are not there': { login: '@include common-account\n', 'common-account': debianAccount },
    'they come after what may let somebody past': { login: '@include a\n', a: debianAccount + accountLines.join('\n') },
    'a module before may end well': {
      login: 'account sufficient pam_succeed_if.so user ingroup staff\n@include common-account\n',
      'common-account': hooked,
    },
    'a module before may jump': {
      login: 'account [success=2 default=ignore] pam_access.so\n@include common-account\n',
      'common-account': hooked,
    },
    'they stand in a comment': { login: `# ${accountLines[1]}\n` },
    'files include each other in a ring': { login: '@include a\n', a: '@include login\n' },
  };
  for (const [why, files] of Object.entries(past)) {
    it(`are not said to be met when ${why}`, () => {
      expect(meets(files)).to.equal(false);
    });
  }
});

describe('what is tried to prove a lock', () => {
  it('is tried with a person of the device, never with the break-glass account', () => {
    const passwd =
      'root:x:0:0::/root:/bin/sh\nrescue:x:1000:1000::/home/r:/bin/sh\nanna:x:1001:1001::/home/a:/bin/sh\n';
    expect(personToTry(passwd, 'rescue')).to.equal('anna');
    expect(personToTry('nobody:x:65534:65534::/:/bin/false\n', 'rescue')).to.equal(undefined);
  });

  it('counts ssh only where all its settings want PAM: by itself it asks none', () => {
    expect(settingsAskPam(['Port 22\nUsePAM yes\n', '#UsePAM no\n'])).to.equal(true);
    expect(settingsAskPam(['UsePAM yes\n', 'usepam No\n'])).to.equal(false);
    expect(settingsAskPam(['#UsePAM yes\n', ''])).to.equal(false);
  });
});
