import { expect } from 'chai';
import { judgeRuleset } from '../../../../agent/platform/linux/nft-text.ts';

/** One chain at `input` for both families, as `nft list ruleset` prints it. */
function ruleset(policy: 'accept' | 'drop', ...rules: string[]): string {
  const lines = [`type filter hook input priority filter; policy ${policy};`, ...rules];
  return `table inet filter {\n\tchain input {\n${lines.map((line) => `\t\t${line}\n`).join('')}\t}\n}\n`;
}

/** Forms of rules as public recordings of other firewalls show them. */
describe('the kernel’s rules of a firewall, in forms from elsewhere (DEV8)', () => {
  const leaky = {
    'OpenSnitch, which lets all in while it does not run': ['queue flags bypass to 0'],
    'the older form of the same': ['ct state related,new queue num 0 bypass'],
    'new connections among the others': ['ct state vmap { invalid : drop, established : accept, new : accept }'],
    'each family by itself': ['meta nfproto ipv4 accept', 'meta nfproto ipv6 accept'],
    'all ports of one kind': ['iifname "lo" accept', 'tcp dport 0-65535 accept'],
    'all that has ports': ['meta l4proto { tcp, udp } accept'],
    'all ports, as ufw writes them': ['meta l4proto tcp tcp dport 1-65535 counter packets 0 bytes 0 accept'],
  };
  for (const [name, rules] of Object.entries(leaky)) {
    it(`does not call closed what lets in ${name}`, () => {
      expect(judgeRuleset(ruleset('drop', ...rules))).to.equal('leaky');
    });
  }

  it('calls closed what lets in only answers, some ports, or one family of messages', () => {
    for (const rule of [
      'ct state vmap { invalid : drop, established : accept, related : accept }',
      'tcp dport 1025-65535 ct state { new, untracked } accept',
      'meta l4proto ipv6-icmp accept',
      'udp sport 53 queue flags bypass to 0',
      'meta nfproto ipv6 udp dport 546 accept',
    ])
      expect(judgeRuleset(ruleset('drop', rule)), rule).to.equal('on');
  });

  it('calls open what accepts all, and unknown what another program’s target may refuse', () => {
    const conntrack = 'xt match "conntrack" counter packets 0 bytes 0 accept';
    expect(judgeRuleset(ruleset('accept', 'counter packets 73 bytes 26334 accept', conntrack))).to.equal('off');
    const refused = 'counter packets 4 bytes 5 xt target "REJECT"';
    expect(judgeRuleset(ruleset('accept', conntrack, refused))).to.equal('unknown');
    const limited = 'limit rate 5/second burst 5 packets counter packets 0 bytes 0 reject with icmpx admin-prohibited';
    expect(judgeRuleset(ruleset('accept', 'iif "lo" accept', limited, 'counter packets 0 bytes 0'))).to.equal(
      'unknown',
    );
  });
});
