import { StatedError } from '../../shared/api/errors.ts';

/** Letters that people put in place of others. */
const lookalikes: Readonly<Record<string, string>> = {
  '@': 'a',
  '4': 'a',
  '0': 'o',
  '1': 'i',
  '3': 'e',
  $: 's',
  '5': 's',
  '7': 't',
};

/** What is left of a password beside a name it holds must be as long as this to count for anything. */
const enoughBesideName = 6;

/**
 * Refuses a password that is known from breaches, is two such joined, is one
 * repeated, or is little more than the person's or the setting's own name. The list is that of
 * `@zxcvbn-ts/language-common` (49,233 passwords), compared without regard to case, blanks,
 * signs at its ends and the usual letters in place of others.
 * @throws StatedError `not-valid` with the field `password`.
 */
export async function refuseKnownPassword(
  password: string,
  own: readonly string[],
  field: 'password' | 'new' = 'password',
): Promise<void> {
  const fault = faultOf(password, await loadList(), own);
  if (fault === undefined) return;
  throw new StatedError(
    'not-valid',
    `This password ${fault}. Choose another, for example four words that do not belong together.`,
    {
      fields: { [field]: fault },
    },
  );
}

function faultOf(password: string, list: ReadonlySet<string>, own: readonly string[]): string | undefined {
  const forms = formsOf(password);
  // Two words with a blank between are the beginning of what people are told to choose.
  const joined = !/\s/.test(password.trim());
  if (forms.some((form) => isListed(form, list, joined))) return 'is among those known from breaches, or made of them';
  const words = own.flatMap((name) => plain(name).split(/[^\p{L}\p{N}]+/u)).filter((word) => word.length >= 3);
  const rests = forms.map((form) => [...words, 'hometime'].reduce((rest, word) => rest.replaceAll(word, ''), form));
  const weak = rests.some((rest, n) => rest !== forms[n] && rest.length < enoughBesideName);
  return weak ? 'is little more than your own name, address or setting' : undefined;
}

/** The password as it is compared: plain, without signs and what follows its last letter, and with lookalikes undone. */
function formsOf(password: string): string[] {
  const whole = plain(password).replaceAll(/\s/g, '');
  const withoutTail = whole.replace(/[^\p{L}]+$/u, '');
  const undo = (text: string) => [...text].map((letter) => lookalikes[letter] ?? letter).join('');
  const bare = (text: string) => text.replaceAll(/[^\p{L}\p{N}]/gu, '');
  return [...new Set([whole, bare(whole), bare(undo(whole)), bare(withoutTail), bare(undo(withoutTail))])];
}

/** `joined`: two listed ones in a row count as well. */
function isListed(form: string, list: ReadonlySet<string>, joined: boolean): boolean {
  if (form.length < 4 || list.has(form) || isRepeated(form, list)) return true;
  if (!joined) return false;
  for (let at = 3; at <= form.length - 3; at += 1) {
    if (list.has(form.slice(0, at)) && list.has(form.slice(at))) return true;
  }
  return false;
}

/** "abcabcabcabc" is as good as "abc". */
function isRepeated(form: string, list: ReadonlySet<string>): boolean {
  for (let length = 1; length <= form.length / 2; length += 1) {
    const unit = form.slice(0, length);
    if (form.length % length === 0 && unit.repeat(form.length / length) === form && (length < 6 || list.has(unit))) {
      return true;
    }
  }
  return false;
}

function plain(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}

let loading: Promise<ReadonlySet<string>> | undefined;

/** Loaded when the first password is set, and kept: about 4 MB. */
function loadList(): Promise<ReadonlySet<string>> {
  loading ??= import('@zxcvbn-ts/language-common').then(({ dictionary }) => new Set(dictionary['passwords-common']));
  return loading;
}
