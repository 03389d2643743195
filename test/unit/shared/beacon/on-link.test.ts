import type { NetworkInterfaceInfo } from 'node:os';
import { expect } from 'chai';
import { isOnLink, linkAddresses } from '../../../../shared/beacon/on-link.ts';
import { createRate } from '../../../../shared/beacon/rate.ts';

const mac = '02:00:00:00:00:11';

function four(address: string, prefix: number, hardware = mac): NetworkInterfaceInfo {
  const shared = { address, netmask: '', mac: hardware, internal: false };
  return { ...shared, family: 'IPv4', cidr: `${address}/${prefix}` };
}

function six(address: string, scopeid: number): NetworkInterfaceInfo {
  return { address, netmask: '', mac, internal: false, family: 'IPv6', cidr: `${address}/64`, scopeid };
}

describe('what stands on the same network', () => {
  const own = linkAddresses({ eth0: [four('10.77.0.20', 24), six('fe80::20', 2), six('2001:db8::20', 0)] });

  it('is an address of the prefix, and no other', () => {
    expect(isOnLink('10.77.0.1', own)).to.equal(true);
    expect(isOnLink('10.77.0.254', own)).to.equal(true);
    for (const far of [
      '10.77.1.1',
      '10.99.1.1',
      '192.168.0.1',
      '0.0.0.0',
      '',
      'garbage',
      '10.77.0',
      '::ffff:10.77.0.1',
    ])
      expect(isOnLink(far, own), far).to.equal(false);
  });

  it('is of IPv6 an address of the link alone that came in by that very link', () => {
    expect(isOnLink('fe80::1%eth0', own)).to.equal(true);
    expect(isOnLink('fe80::1%2', own)).to.equal(true);
    for (const far of ['fe80::1%wg0', 'fe80::1%3', 'fe80::1', '2001:db8::1', '2001:db8::1%eth0'])
      expect(isOnLink(far, own), far).to.equal(false);
  });

  it('is nobody over a line between two ends, or a tunnel without an address in hardware', () => {
    expect(linkAddresses({ wg0: [four('10.8.0.2', 24, '00:00:00:00:00:00')] })).to.deep.equal([]);
    expect(isOnLink('10.77.0.21', linkAddresses({ eth0: [four('10.77.0.20', 32)] }))).to.equal(false);
    expect(linkAddresses({ eth0: [{ ...four('10.77.0.20', 24), cidr: null }] })).to.deep.equal([]);
    expect(linkAddresses({ lo: [{ ...four('127.0.0.1', 8), internal: true }] })).to.deep.equal([]);
  });
});

describe('how many questions a beacon answers', () => {
  let now = 0;
  const nonce = (number: number) => Buffer.from(String(number));

  it('is so many from one sender, so many in all, and each question once, in each window', () => {
    const mayAnswer = createRate(() => now, { windowMs: 1_000, all: 10, ofOneSender: 3 });
    expect([1, 2, 3, 4].map((each) => mayAnswer('a', nonce(each)))).to.deep.equal([true, true, true, false]);
    expect(mayAnswer('b', nonce(1)), 'played again').to.equal(false);
    const many = Array.from({ length: 50 }, (_each, index) => mayAnswer(`sender ${index}`, nonce(100 + index)));
    expect(many.filter((each) => each)).to.have.length(7);
    now += 999;
    expect(mayAnswer('late', nonce(500))).to.equal(false);
    now += 1;
    expect(mayAnswer('a', nonce(501))).to.equal(true);
  });
});
