/** What eCryptfs leaves in a home that is not open. */
const ofEcryptfs = ['.ecryptfs', 'Access-Your-Private-Data.desktop'];
/** A name that the kernel makes up for one it cannot decipher: 32 letters of base64 or more. */
const undeciphered = /^[A-Za-z0-9+,_-]{32,}$/;

/**
 * Whether a home is encrypted and not open now, by the names in it: its owner's
 * browsers cannot be seen, and may be signed in all the same. An open one shows
 * its owner's own names.
 */
export function isLockedHome(names: readonly string[]): boolean {
  if (names.includes('.config') || names.includes('.mozilla')) return false;
  if (names.some((name) => ofEcryptfs.includes(name))) return true;
  return names.length > 0 && names.every((name) => undeciphered.test(name));
}
