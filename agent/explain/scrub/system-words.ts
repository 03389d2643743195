/**
 * Words that systems and their tools use themselves. They tell nothing of anybody, and
 * parsers go by them: they stay, also where a person, a computer, a network or a volume
 * has the same name. Whatever is not in this list is private.
 */
const words = `
  root localhost localdomain local nobody daemon user users public default home shared guest everyone system service
  admin administrator administrators adm sudo wheel staff operator console group groups operators
  windows linux macos darwin android debian ubuntu fedora arch manjaro linuxmint mint opensuse suse centos rhel rocky
  alma kali raspbian alpine gentoo nixos zorin elementary pop apple microsoft google
  lenovo dell asus acer hp samsung toshiba
  laptop desktop tablet computer device pc mac macbook
  disk part partition crypt crypto luks luks1 luks2 lvm raid loop rom swap boot efi esp bios data recovery preboot update
  vm volume volumes media mnt mount cdrom usb sd mmc ata nvme scsi label primary basic reserved linux-swap winre msr
  ext2 ext3 ext4 xfs btrfs vfat fat32 exfat ntfs apfs hfs zfs f2fs iso9660 udf bitlocker filevault
  id name type class state status active online closing opening session sessions seat seat0 display graphical remote
  tty x11 wayland mir unspecified background greeter manager lock yes no true false on off none null unknown known
  wifi wi-fi wlan ethernet wired wireless link network networks gateway route host hosts domain search address
  workgroup arbeitsgruppe builtin nt authority local-system
  person file folder tool path asked gave kind exited missing code stdout stderr answer text version
  running enabled disabled connected disconnected infrastructure auto mode file-system filesystem
  settings documents program files appdata library desktop downloads pictures videos dcim
`;

const phrases = [
  'efi system partition',
  'basic data partition',
  'microsoft reserved partition',
  'macintosh hd',
  'macintosh hd - data',
  'label unknown',
  'system reserved',
  'efi system',
  'os volume',
  'data volume',
];

const known: ReadonlySet<string> = new Set([...words.split(/\s+/), ...phrases]);

/** Whether a word is one of the system's own, in any case of letters. */
export function isSystemWord(word: string): boolean {
  return known.has(word.toLowerCase());
}
