import { until } from './processes.ts';
import type { Vm } from './vm.ts';

const passphrase = '/run/passphrase';
/** Little to compute and a small header: the machine is a hundred times slower than a real one. */
const quick = '--pbkdf pbkdf2 --pbkdf-force-iterations 1000';
const smallHeader = '--luks2-metadata-size 16k --luks2-keyslots-size 3m';
const withKey = `-q -d ${passphrase}`;

/** Ways to do to the disks of a machine what people and tools do to disks. Names are the kernel's ("sdb"). */
export function createDisks(vm: Vm) {
  const names = Object.values(vm.disks);

  /** A file system, mounted. */
  const mountPlain = (disk: string, at: string) => vm.must(`mkfs.ext4 -qF /dev/${disk} && mount /dev/${disk} ${at}`);

  const format = (disk: string) =>
    vm.must(
      `printf pw >${passphrase}; cryptsetup luksFormat ${quick} ${smallHeader} ${withKey} /dev/${disk}; udevadm settle`,
    );

  /** Opens what `format` made; the kernel's name of what is open. */
  async function open(disk: string, name: string): Promise<string> {
    await vm.must(`cryptsetup open ${withKey} /dev/${disk} ${name}; udevadm settle`);
    return (await vm.must(`readlink -e /dev/mapper/${name}`)).replace('/dev/', '');
  }

  async function mountEncrypted(disk: string, name: string, at: string): Promise<string> {
    await format(disk);
    const opened = await open(disk, name);
    await vm.must(`mkfs.ext4 -q /dev/mapper/${name} && mount /dev/mapper/${name} ${at}`);
    return opened;
  }

  /** Everything but the root as it was. Only what is not blank is touched: each write wakes udev, and that is slow here. */
  async function blank(): Promise<void> {
    const devices = names.map((name) => `/dev/${name}`).join(' ');
    const steps = [
      'kill -KILL $(pidof cryptsetup); swapoff -a',
      'for place in /srv /srv /home /boot; do mountpoint -q $place && umount $place; done',
      'if [ -e /dev/vg ]; then vgchange -qan >/dev/null; fi',
      'if [ -e /dev/md0 ]; then mdadm --stop --scan; fi',
      'for name in $(dmsetup ls | cut -f1 | grep -vx root); do cryptsetup close $name; done',
      `dirty() { lsblk -dnro NAME,FSTYPE,PTTYPE ${devices} | awk 'NF > 1 { print $1 }'; }`,
      'udevadm settle; found=$(dirty)',
      'for disk in $found; do wipefs -qaf /dev/$disk; blockdev --rereadpt /dev/$disk; done',
      'if [ -n "$found" ]; then udevadm settle; dirty; fi',
    ];
    const { stdout: left } = await vm.exec(steps.join('\n'));
    if (left.trim() !== '') throw new Error(`not blank: ${left}`);
  }

  return { mountPlain, format, open, mountEncrypted, blank, conversion: createConversion(vm) };
}

/** LUKS2 encrypting or decrypting a disk in place, while it is mounted. */
function createConversion(vm: Vm) {
  const log = '/run/conversion.log';
  const header = '/root/header';
  const run = `cryptsetup reencrypt --hotzone-size 1M ${withKey}`;

  return {
    /** Prepares the disk's file system for it, opens it and mounts it: not one block is encrypted yet. */
    beginEncryption: (disk: string, name: string, at: string) =>
      vm.must(
        `printf pw >${passphrase}; cryptsetup reencrypt --encrypt --init-only --reduce-device-size 8M ${quick} ${withKey} /dev/${disk} ${name} && mount /dev/mapper/${name} ${at}`,
      ),
    /** Of an open disk: not one block is decrypted yet. */
    beginDecryption: (disk: string) =>
      vm.must(`rm -f ${header}; cryptsetup reencrypt --decrypt --init-only --header ${header} ${withKey} /dev/${disk}`),

    /** Goes on until it is half-way, and stands still there: whoever reads the part it was at must wait. */
    async goHalfWay(disk: string, name: string, way: 'encrypt' | 'decrypt'): Promise<void> {
      await vm.slowDown(disk, 3_000_000);
      const arguments_ = way === 'encrypt' ? '' : `--decrypt --header ${header}`;
      await vm.must(
        `( setsid ${run} ${arguments_} /dev/${disk} >${log} 2>&1; echo ended $? >>${log} ) >/dev/null 2>&1 &`,
      );
      const hold = [
        `half() { case $(dmsetup table ${name}-overlay 2>/dev/null) in *crypt*linear* | *linear*crypt*) true ;; *) false ;; esac; }`,
        'for i in $(seq 1000); do',
        '  if half; then kill -STOP $(pidof cryptsetup); if half; then exit 0; fi; kill -CONT $(pidof cryptsetup); fi',
        `  if grep -q ended ${log}; then break; fi`,
        `done; cat ${log}; exit 1`,
      ];
      await vm.must(hold.join('\n'), { timeoutMs: 120_000 });
      await vm.slowDown(disk, 0);
    },
    async goOn(): Promise<void> {
      await vm.must('kill -CONT $(pidof cryptsetup)');
      await ended('0');
    },
    /** As Ctrl-C does: it ends cleanly, and could be taken up again. */
    async breakOff(): Promise<void> {
      await vm.must('kill -CONT $(pidof cryptsetup); kill -INT $(pidof cryptsetup)');
      await ended('');
    },
    finishEncryption: (disk: string) => vm.must(`${run} /dev/${disk}`, { timeoutMs: 180_000 }),
  };

  async function ended(code: string): Promise<void> {
    const isOver = async () => (/ended/.test(await vm.must(`cat ${log}`)) ? true : undefined);
    await until('the conversion to end', isOver, { withinMs: 180_000, everyMs: 300 });
    const said = await vm.must(`cat ${log}`);
    if (!said.includes(`ended ${code}`)) throw new Error(`the conversion ended otherwise: ${said.slice(-500)}`);
  }
}
