import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmdirSync } from 'node:fs';
import type { Context } from 'mocha';

interface Requirement {
  isThere: () => boolean;
  /** Why the test cannot run without it, for the summary. */
  lacking: string;
  /** How to install it; with CI=true its absence is then a failure. undefined: the machine itself cannot. */
  install: string | undefined;
}

const debian = (name: string) => `apt-get install --no-install-recommends ${name}`;
const isRoot = () => process.getuid?.() === 0;

function program(name: string, debianPackage: string): Requirement {
  return {
    isThere: () => spawnSync('sh', ['-c', `command -v ${name}`]).status === 0,
    lacking: `${name} is not installed`,
    install: debian(debianPackage),
  };
}

/** Everything a test may need that a newcomer's machine may lack. */
export const requirements = {
  linux: { isThere: () => process.platform === 'linux', lacking: 'this is not Linux', install: undefined },
  root: { isThere: isRoot, lacking: 'it has to run as root', install: 'run as root' },
  netns: {
    isThere: () => isRoot() && spawnSync('unshare', ['-n', 'true']).status === 0,
    lacking: 'network namespaces cannot be made here',
    install: undefined,
  },
  cgroup: {
    isThere: canMakeCgroup,
    lacking: 'control groups cannot be made here, and a laptop in a box needs its own',
    install: undefined,
  },
  'systemd-nspawn': program('systemd-nspawn', 'systemd-container'),
  mmdebstrap: program('mmdebstrap', 'mmdebstrap'),
  dnsmasq: program('dnsmasq', 'dnsmasq-base'),
  nft: program('nft', 'nftables'),
  ip: program('ip', 'iproute2'),
  expect: program('expect', 'expect'),
  sshpass: program('sshpass', 'sshpass openssh-client'),
  openssl: program('openssl', 'openssl'),
  unshare: program('unshare', 'util-linux'),
  cryptsetup: program('cryptsetup', 'cryptsetup-bin'),
  qemu: program('qemu-system-x86_64', 'qemu-system-x86'),
  'qemu-img': program('qemu-img', 'qemu-utils'),
  mke2fs: program('mke2fs', 'e2fsprogs'),
  'mkfs.vfat': program('mkfs.vfat', 'dosfstools'),
  ssh: program('ssh', 'openssh-client'),
  mcs: program('mcs', 'mono-mcs'),
  mono: program('mono', 'mono-mcs'),
  gcc: program('gcc', 'gcc'),
  'firefox-esr': program('firefox-esr', 'firefox-esr'),
  chromium: {
    isThere: () => chromiumPath() !== undefined,
    lacking: 'no Chromium is installed',
    install: debian('chromium fonts-dejavu-core'),
  },
} as const satisfies Record<string, Requirement>;

export type RequirementName = keyof typeof requirements;

/** What a laptop in a box on a network of its own needs. */
export const laptopInABox = [
  'linux',
  'root',
  'netns',
  'ip',
  'nft',
  'dnsmasq',
  'systemd-nspawn',
  'mmdebstrap',
  'sshpass',
  'cgroup',
] as const satisfies readonly RequirementName[];

/** What a laptop in a virtual machine needs: root only to build its file system once. */
export const laptopInAMachine = [
  'linux',
  'root',
  'qemu',
  'qemu-img',
  'mmdebstrap',
  'mke2fs',
  'mkfs.vfat',
  'cryptsetup',
  'ssh',
] as const satisfies readonly RequirementName[];

/** Where Chromium or Chrome lies; undefined when there is none. */
export function chromiumPath(): string | undefined {
  const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
  return [process.env.CHROMIUM_PATH, ...places].find((path) => path !== undefined && existsSync(path));
}

/**
 * Skips the test or the suite (called in `before`) where something it needs is
 * missing, and leaves the reason for the summary. With CI=true what could have
 * been installed must be there: then it fails, with the way to install it.
 */
export function skipUnless(context: Context, ...names: readonly RequirementName[]): void {
  for (const name of names) {
    const { isThere, lacking, install } = requirements[name];
    if (isThere()) continue;
    if (process.env.CI === 'true' && install !== undefined) throw new Error(`${lacking}. In CI it must be: ${install}`);
    const runnable = context.currentTest ?? context.test;
    const isHook = runnable !== undefined && 'type' in runnable && runnable.type === 'hook';
    const marked = isHook ? runnable.parent : runnable;
    Object.assign(marked ?? {}, { skipReason: lacking });
    context.skip();
  }
}

function canMakeCgroup(): boolean {
  if (existsSync('/run/systemd/system')) return true;
  const root = existsSync('/sys/fs/cgroup/systemd') ? '/sys/fs/cgroup/systemd' : '/sys/fs/cgroup';
  const probe = `${root}/hometime-probe-${process.pid}`;
  try {
    mkdirSync(probe);
    rmdirSync(probe);
    return true;
  } catch {
    return false;
  }
}
