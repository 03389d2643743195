export interface WifiNetwork {
  name: string | null;
  accessPoint: string | null;
}

/**
 * `nmcli -t -f ACTIVE,SSID,BSSID dev wifi`: the network joined. Colons and
 * backslashes inside a value are escaped with a backslash. undefined: none is
 * active, or not understood.
 */
export function parseNmcli(text: string): WifiNetwork | undefined {
  for (const line of text.split(/\r?\n/)) {
    const [active, name, accessPoint] = splitTerse(line);
    if (active !== 'yes' || name === undefined) continue;
    return { name: cleanName(name), accessPoint: hardwareAddress(accessPoint) };
  }
  return undefined;
}

function splitTerse(line: string): string[] {
  const fields = [''];
  for (let at = 0; at < line.length; at += 1) {
    const last = fields.length - 1;
    if (line[at] === ':') fields.push('');
    else {
      if (line[at] === '\\') at += 1;
      fields[last] = `${fields[last]}${line[at] ?? ''}`;
    }
  }
  return fields;
}

/** `iw dev X link`. undefined: not connected, or not understood. */
export function parseIwLink(text: string): WifiNetwork | undefined {
  const accessPoint = /^Connected to ([0-9a-f:]{17})/m.exec(text)?.[1];
  if (accessPoint === undefined) return undefined;
  const name = /^\s*SSID: (.*?)\r?$/m.exec(text)?.[1];
  return { name: name === undefined ? null : cleanName(unescapeIw(name)), accessPoint: hardwareAddress(accessPoint) };
}

/** iw writes bytes beyond plain ASCII as `\xNN`. */
function unescapeIw(name: string): string {
  const bytes: number[] = [];
  for (const match of name.matchAll(/\\x([0-9a-f]{2})|\\(\\)|([\s\S])/gu)) {
    if (match[1] !== undefined) bytes.push(Number.parseInt(match[1], 16));
    else bytes.push(...Buffer.from(match[2] ?? match[3] ?? ''));
  }
  return Buffer.from(bytes).toString();
}

/** A network's name as it may travel: any owner may put anything in it. null: hidden, or unusable. */
function cleanName(name: string): string | null {
  const clean = name.replace(/\p{Cc}/gu, '').slice(0, 64);
  return clean === '' || clean === '--' ? null : clean;
}

function hardwareAddress(text: string | undefined): string | null {
  const lower = text?.toLowerCase() ?? '';
  return /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/.test(lower) ? lower : null;
}
