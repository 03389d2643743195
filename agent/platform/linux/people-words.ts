/** Below are services; above, containers and nobody. */
const [firstPerson, lastPerson] = [1000, 60_000];
/** Shorter words are in too many names of programs. */
const minLetters = 3;

/** The words of people's names, by their accounts and what `/etc/passwd` calls them, in small letters. */
export function namesOfPeople(passwd: string): Set<string> {
  const words = passwd.split(/\r?\n/).flatMap((line) => {
    const [account = '', , uid, , about = ''] = line.split(':');
    const isPerson = /^\d+$/.test(uid ?? '') && Number(uid) >= firstPerson && Number(uid) <= lastPerson;
    return isPerson ? [account.toLowerCase(), ...wordsOf(account), ...wordsOf(about.split(',')[0] ?? '')] : [];
  });
  return new Set(words.filter((word) => word.length >= minLetters));
}

/**
 * A name that somebody gave a file or folder, as it may travel: nameless where a word
 * of it is a person's name ("SamsPhotos.AppImage").
 */
export function withoutPeople(name: string, people: ReadonlySet<string>): string {
  const isPersons = wordsOf(name).some((word) => people.has(word) || people.has(word.replace(/s$/, '')));
  return isPersons ? 'program named after a person' : name;
}

function wordsOf(text: string): string[] {
  return text
    .split(/[^\p{L}]+|(?<=\p{Ll})(?=\p{Lu})/u)
    .map((word) => word.toLowerCase())
    .filter((word) => word !== '');
}
