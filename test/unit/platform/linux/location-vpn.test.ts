import { spawnSync } from 'node:child_process';
import { expect } from 'chai';
import { parseRuledTables } from '../../../../agent/platform/linux/route-text.ts';
import { lookForTunnels } from '../../../../agent/platform/linux/tunnels.ts';
import { projectFolder } from '../../../support/programs.ts';
import { skipUnless } from '../../../support/skip.ts';
import { recorded } from '../recordings.ts';
import { askLocation, routeLine as line, routes, settled } from './laptop-network.ts';

/** The probe on real files of the kernel, in a network namespace that these commands make. */
const script = `
import { createLocationProbe } from './agent/platform/linux/location.ts';
import { listNames, readText } from './agent/platform/linux/proc.ts';
import { systemInterfaces } from './agent/platform/network/own-addresses.ts';
const clock = { now: () => Date.now() };
const exec = async () => ({ kind: 'missing' });
const probe = createLocationProbe({ exec, clock, read: readText, list: listNames, interfaces: systemInterfaces });
const reading = await probe(new AbortController().signal);
console.log(JSON.stringify(reading.value ?? reading));
`;

function locateInNetwork(commands: readonly string[]): object {
  const inside = ['mount -t sysfs none /sys', ...commands, 'exec node --import=tsx --input-type=module -e "$0"'];
  const run = spawnSync('unshare', ['-n', '-m', 'sh', '-ec', inside.join('\n'), script], {
    cwd: projectFolder,
    encoding: 'utf8',
    timeout: 30_000,
    killSignal: 'SIGKILL',
  });
  return JSON.parse(run.stdout || JSON.stringify({ failed: run.stderr }));
}

describe('a VPN on Linux (DEV1, DEV5)', () => {
  const tunnelUp = { '/sys/class/net/wg0/flags': '0x10d1\n', '/sys/class/net/wg0/uevent': 'DEVTYPE=wireguard\n' };

  /** What a laptop with a tunnel that is up makes of these files. */
  async function takeOver(files: Record<string, string>, links = ['ens3', 'wg0']) {
    const all: Record<string, string> = { '/proc/net/route': routes, '/proc/net/fib_trie': '', ...tunnelUp, ...files };
    const kernel = {
      read: async (path: string) => all[path],
      list: async (path: string) => (path === '/sys/class/net' ? links : undefined),
    };
    return (await lookForTunnels(kernel)).takeOver;
  }
  const ruled = recorded('proc_net_fib_trie-ruled.txt');

  it('that routes by rules, as WireGuard does, is seen by its own table', async () => {
    expect(await takeOver({ '/proc/net/fib_trie': ruled })).to.equal(true);
    expect(await takeOver({ '/proc/net/ipv6_route': recorded('proc_net_ipv6_route-ruled.txt') })).to.equal(true);
    expect(parseRuledTables(ruled)).to.deep.equal([{ id: 51820, prefixes: [0] }]);
    const halves = 'Id 51820:\n  |-- 0.0.0.0\n     /1 link UNICAST\n  |-- 128.0.0.0\n     /1 link UNICAST\nMain:\n';
    expect(await takeOver({ '/proc/net/fib_trie': halves })).to.equal(true);
  });

  it('is none while it carries only its own networks, or is down', async () => {
    expect(await takeOver({})).to.equal(false);
    expect(await takeOver({ '/proc/net/fib_trie': ruled.replace('/0 link', '/24 link') })).to.equal(false);
    expect(await takeOver({ '/proc/net/fib_trie': ruled, '/sys/class/net/wg0/flags': '0x1090\n' })).to.equal(false);
    expect(await takeOver({ '/proc/net/fib_trie': ruled }, ['ens3'])).to.equal(false);
  });

  it('is one too where it looks like Ethernet: a network carried here from elsewhere', async () => {
    for (const driver of ['vxlan', 'geneve', 'l2tpeth']) {
      const files = { '/sys/class/net/far0/uevent': `DEVTYPE=${driver}\n`, '/sys/class/net/far0/type': '1\n' };
      const over = `${routes}${line('far0', '00000000', '01A8A8C0', '0003', '10', '00000000')}`;
      expect(await takeOver({ ...files, '/proc/net/route': over }, ['ens3', 'far0']), driver).to.equal(true);
    }
  });

  it('is one by two halves on any link, and none by one, or by what leads nowhere', async () => {
    const half = (link: string, network: string, flags = '0003') =>
      line(link, network, '0114930A', flags, '0', '00000080');
    const over = (...lines: string[]) => takeOver({ '/proc/net/route': `${routes}${lines.join('')}` }, ['ens3']);
    expect(await over(half('zt5u45jmfi', '00000000'), half('zt5u45jmfi', '00000080'))).to.equal(true);
    expect(await over(half('lo', '00000000'), half('lo', '00000080'))).to.equal(false);
    expect(await over(half('zt5u45jmfi', '00000000', '0203'), half('zt5u45jmfi', '00000080', '0203'))).to.equal(false);
    expect(await over()).to.equal(false);
  });

  it('is unread where the kernel’s tables are and a tunnel is up, and then no evidence of the place', async () => {
    const files: Record<string, string> = { '/proc/net/route': routes, '/proc/net/arp': settled, ...tunnelUp };
    const { reading } = await askLocation({ files, folders: { '/sys/class/net': ['ens3', 'wg0'] } });
    expect(reading).to.have.nested.property('value.vpn', true);
  });

  it('is seen when it takes everything but private networks over, address by address', async () => {
    const most = ['80000000 1', '40000000 2', '20000000 3', '10000000 4'].map((each) => {
      const [network = '', prefix = ''] = each.split(' ');
      const reversed = (network.match(/../g) ?? []).reverse().join('');
      const mask = ((0xffffffff << (32 - Number(prefix))) >>> 0).toString(16).padStart(8, '0');
      return line('wg0', reversed, '00000000', '0001', '0', (mask.match(/../g) ?? []).reverse().join(''));
    });
    expect(await takeOver({ '/proc/net/route': `${routes}${most.join('')}` })).to.equal(true);
    expect(await takeOver({ '/proc/net/route': `${routes}${most.slice(1).join('')}` })).to.equal(false);
  });

  it('on a real kernel, in a network of its own', function () {
    skipUnless(this, 'linux', 'root', 'netns', 'ip', 'unshare');
    this.timeout(60_000);
    const seen = locateInNetwork([
      'ip link add up0 type veth peer name up1; ip addr add 192.168.50.2/24 dev up0; ip link set up0 up; ip link set up1 up',
      'ip route add default via 192.168.50.1 dev up0',
      'ip tuntap add dev vpn0 mode tun; ip link set vpn0 up',
      'ip route add default dev vpn0 table 51820; ip rule add not fwmark 51820 table 51820',
    ]);
    expect(seen).to.include({ vpn: true });
    expect(seen).to.have.nested.property('gateway.address', '192.168.50.1');
    expect(seen).to.have.deep.property('addresses', ['192.168.50.2']);
    expect(seen).to.have.nested.property('gateway.link', 'wired');
  });
});
