/** A word nobody else prints, in two halves: an echo of the request must not look like its answer. */
export interface Marker {
  first: string;
  second: string;
}

/**
 * What came back in one frame.
 * - answer: what the script printed; `elevated`: whether it ran with the administrator's rights;
 * - fault: the script ended with an error; `code` is its number (HRESULT), for words are translated;
 * - constrained: Constrained Language Mode forbids what the scripts need.
 */
export type Frame =
  | { kind: 'answer'; text: string; elevated: boolean }
  | { kind: 'fault'; code: number; elevated: boolean }
  | { kind: 'constrained' };

/**
 * One line of PowerShell that runs a script and frames what it says. One line,
 * because PowerShell reads its standard input as if it were typed, and runs each
 * line that is a whole statement.
 *
 * The script gives one text, in JSON. Whatever is not ASCII in it is sent as
 * `\uXXXX`, so that no code page and no byte-order mark can change it.
 *
 * Both the test for Constrained Language Mode and its answer use only what that mode permits.
 */
export function requestLine(script: string, { first, second }: Marker): string {
  return [
    `$hm='${first}'+'${second}';`,
    `if($ExecutionContext.SessionState.LanguageMode -ne 'FullLanguage'){"$hm constrained";"$hm end"}else{`,
    'try{[Console]::OutputEncoding=New-Object Text.UTF8Encoding $false}catch{};',
    `$hj='';$hk='fault 0';$he=0;try{`,
    '$he=[int]([Security.Principal.WindowsPrincipal][Security.Principal.WindowsIdentity]::GetCurrent())',
    '.IsInRole([Security.Principal.WindowsBuiltInRole]::Administrator);',
    `$hj=[string](&{${script}});`,
    `$hj=[regex]::Replace($hj,'[^\\x20-\\x7e]',{param($c)'\\u{0:x4}' -f [int][char]$c.Value});$hk='answer 0'`,
    `}catch{$hj='';$hk='fault '+$_.Exception.HResult};`,
    `[Console]::Out.WriteLine($hm+' '+$hk+' '+$he);[Console]::Out.WriteLine($hj);[Console]::Out.WriteLine($hm+' end')}`,
  ].join('');
}

/** The first whole frame in what was printed so far; undefined: not there yet. Noise around it is passed over. */
export function readFrame(printed: string, { first, second }: Marker): Frame | undefined {
  const mark = `${first}${second}`;
  const begin = printed.indexOf(`${mark} `);
  const end = printed.indexOf(`${mark} end`, begin + mark.length);
  if (begin < 0 || end < 0) return undefined;
  const [head = '', ...rest] = printed.slice(begin + mark.length + 1, end).split(/\r?\n/);
  if (head.trim() === 'constrained') return { kind: 'constrained' };
  const match = /^(answer|fault) (-?\d{1,10}) ([01])$/.exec(head.trim());
  // Printed by the marker's owner and yet of another form: an error like any other.
  if (match === null) return { kind: 'fault', code: 0, elevated: false };
  const elevated = match[3] === '1';
  // JSON holds no line ends of its own: those in it are a console's line breaks.
  return match[1] === 'answer'
    ? { kind: 'answer', text: rest.join(''), elevated }
    : { kind: 'fault', code: Number(match[2]) | 0, elevated };
}
