import { randomBytes } from 'node:crypto';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { builtOnce } from './lab.ts';
import { must } from './processes.ts';

const suite = 'bookworm';
const packages = [
  ...['systemd', 'systemd-sysv', 'dbus', 'udev', 'libpam-systemd', 'login', 'passwd', 'kmod', 'initramfs-tools'],
  ...['linux-image-amd64', 'cryptsetup', 'cryptsetup-initramfs', 'lvm2', 'mdadm', 'fscrypt', 'e2fsprogs'],
  ...['dosfstools', 'util-linux', 'fdisk', 'openssh-server', 'iproute2', 'procps', 'libstdc++6', 'ca-certificates'],
];

/** What the guest's hardware has no use for: half of the kernel's modules, and all manuals. */
const left = [
  ...['gpu', 'media', 'infiniband', 'iio', 'staging', 'net/ethernet', 'net/wireless', 'isdn', 'comedi', 'hwmon'].map(
    (part) => `/lib/modules/*/kernel/drivers/${part}/*`,
  ),
  ...['sound', 'net/bluetooth', 'net/netfilter', 'net/wireless', 'net/mac80211', 'fs/ocfs2', 'fs/xfs'].map(
    (part) => `/lib/modules/*/kernel/${part}/*`,
  ),
  ...['doc', 'man', 'locale', 'info'].map((part) => `/usr/share/${part}/*`),
];

/** In MB: what the guest needs (half of it is used) and the header of its container. */
const size = { content: 1000, header: 32 } as const;

/** Of the root's container, known beforehand: the guest's own list of containers names it. */
const rootUuid = '11111111-2222-4333-8444-555555555555';

/** What the first steps of the kernel need to find the encrypted root. */
const earlyModules = [
  ...['virtio_pci', 'virtio_net', 'ahci', 'sd_mod', 'dm_mod', 'dm_crypt', 'xts', 'aesni_intel', 'ext4'],
];

/** Units that wait for hardware that is not there, or would work while a test looks. */
const masked = [
  ...['e2scrub_reap.service', 'e2scrub_all.timer', 'fstrim.timer', 'apt-daily.timer', 'apt-daily-upgrade.timer'],
  ...['dpkg-db-backup.timer', 'modprobe@drm.service', 'modprobe@configfs.service', 'modprobe@fuse.service'],
  ...['sys-kernel-debug.mount', 'sys-kernel-tracing.mount', 'dev-hugepages.mount', 'dev-mqueue.mount'],
  ...['systemd-pstore.service', 'systemd-networkd-wait-online.service', 'getty@tty1.service'],
  ...['mdmonitor.service', 'mdcheck_start.timer', 'mdcheck_continue.timer', 'mdmonitor-oneshot.timer'],
];

/** Files of the guest that its packages do not bring, by path. */
const files: Readonly<Record<string, string>> = {
  'etc/hostname': 'laptop-vm\n',
  'etc/hosts': '127.0.0.1 localhost\n127.0.1.1 laptop-vm\n',
  'etc/fstab': '/dev/mapper/root / ext4 rw,noatime 0 0\n',
  'etc/crypttab': `root UUID=${rootUuid} /etc/root.key luks,initramfs\n`,
  'etc/cryptsetup-initramfs/conf-hook': 'KEYFILE_PATTERN="/etc/root.key"\n',
  'etc/initramfs-tools/modules': `${earlyModules.join('\n')}\n`,
  'etc/systemd/network/10.network':
    '[Match]\nName=eth0\n[Network]\nAddress=10.0.2.15/24\nGateway=10.0.2.2\nLinkLocalAddressing=no\nIPv6AcceptRA=no\n',
  // Its own list of sessions stays empty while a test looks in.
  'etc/ssh/sshd_config.d/lab.conf': 'UsePAM no\nUseDNS no\n',
  'opt/hometime/package.json': '{"type":"module"}\n',
};

const preparation = [
  'useradd -m -s /bin/bash alice',
  'ssh-keygen -A',
  ': > /etc/machine-id',
  'systemctl enable systemd-networkd.service ssh.service',
  `systemctl mask ${masked.join(' ')}`,
  'mkdir -p /opt/hometime/dist /opt/hometime/node_modules /var/lib/hometime',
  'chmod 700 /var/lib/hometime',
  "sed -i 's/^MODULES=.*/MODULES=list/; s/^COMPRESS=.*/COMPRESS=gzip/' /etc/initramfs-tools/initramfs.conf",
  'mount -t proc proc /proc',
  'update-initramfs -c -k all >/root/initramfs.log 2>&1 || { cat /root/initramfs.log; umount /proc; exit 1; }',
  'umount /proc',
];

/** A disk whose whole content is one LUKS2 container, and what starts it. */
export interface VmImage {
  readonly kernel: string;
  readonly initrd: string;
  /** Raw. Never written to: it lies below the disks of running machines. */
  readonly disk: string;
  /** The private key that root's door opens to. */
  readonly sshKey: string;
}

/**
 * The disk of a Debian laptop whose root is encrypted (LUKS2), with the key in
 * the initial memory disk so that it starts with nobody there. Built once, in
 * one or two minutes, with nothing mounted and no device-mapper on the host:
 * a file system is made from a folder and then encrypted in the file.
 */
export async function vmImage(): Promise<VmImage> {
  const recipe = [suite, packages, left, earlyModules, masked, files, preparation, size, process.version, 1];
  const folder = await builtOnce('vm', recipe, buildImage);
  const at = (name: string) => join(folder, name);
  return { kernel: at('vmlinuz'), initrd: at('initrd'), disk: at('root.img'), sshKey: at('ssh-key') };
}

async function buildImage(unfinished: string): Promise<void> {
  mkdirSync(unfinished);
  const root = join(unfinished, 'root');
  await unpackDebian(root, join(unfinished, 'debian.tar'));
  await must(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', join(unfinished, 'ssh-key')]);
  furnish(root, readFileSync(join(unfinished, 'ssh-key.pub'), 'utf8'));
  await must(['chroot', root, 'sh', '-e', '-c', preparation.join('\n')], { timeoutMs: 180_000 });
  takeOut(root, /^vmlinuz-/, join(unfinished, 'vmlinuz'));
  takeOut(root, /^initrd\.img-/, join(unfinished, 'initrd'));
  await encryptedDisk(root, join(unfinished, 'root.img'));
  rmSync(root, { recursive: true });
}

async function unpackDebian(root: string, tar: string): Promise<void> {
  const options = [
    ...['--variant=minbase', '--components=main', `--include=${packages.join(',')}`],
    ...left.map((path) => `--dpkgopt=path-exclude=${path}`),
    '--aptopt=Acquire::Languages "none"',
  ];
  // The memory disk is made once, when everything that belongs in it is there.
  const env = { INITRD: 'No' };
  await must(['mmdebstrap', ...options, suite, tar], { timeoutMs: 400_000, env });
  mkdirSync(root);
  await must(['tar', '-C', root, '--numeric-owner', '-xpf', tar], { timeoutMs: 120_000 });
  rmSync(tar);
}

function furnish(root: string, publicKey: string): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  mkdirSync(join(root, 'root/.ssh'), { recursive: true, mode: 0o700 });
  writeFileSync(join(root, 'root/.ssh/authorized_keys'), publicKey, { mode: 0o600 });
  writeFileSync(join(root, 'etc/root.key'), randomBytes(32), { mode: 0o600 });
  copyFileSync(process.execPath, join(root, 'usr/bin/node'));
}

function takeOut(root: string, name: RegExp, to: string): void {
  const boot = join(root, 'boot');
  const found = readdirSync(boot).find((each) => name.test(each));
  if (found === undefined) throw new Error(`the guest has no ${name} in /boot: ${readdirSync(boot).join(' ')}`);
  copyFileSync(join(boot, found), to);
  rmSync(join(boot, found));
}

/** Room for the container's header is made at the end; the content moves up by it. */
async function encryptedDisk(root: string, disk: string): Promise<void> {
  await must(['mke2fs', '-q', '-t', 'ext4', '-d', root, '-L', 'root', disk, `${size.content}M`], {
    timeoutMs: 180_000,
  });
  truncateSync(disk, (size.content + size.header) * 2 ** 20);
  const quick = ['--pbkdf', 'pbkdf2', '--pbkdf-force-iterations', '1000'];
  const key = ['--key-file', join(root, 'etc/root.key'), '--uuid', rootUuid];
  const encrypt = ['cryptsetup', 'reencrypt', '--encrypt', '-q', '--reduce-device-size', `${size.header}M`];
  await must([...encrypt, ...quick, ...key, disk], { timeoutMs: 180_000 });
  await must(['cryptsetup', 'isLuks', disk]);
}
