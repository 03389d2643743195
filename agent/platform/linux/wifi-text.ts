import { hardwareAddress, type WifiNetwork, wifiName } from '../network/wifi.ts';

/**
 * `nmcli -t -f ACTIVE,SSID,BSSID dev wifi`: the network joined. Colons and
 * backslashes inside a value are escaped with a backslash; fields beyond the
 * third are passed over. undefined: none is active, or not understood.
 */
export function parseNmcli(text: string): WifiNetwork | undefined {
  for (const line of text.replace('\uFEFF', '').split(/\r?\n/)) {
    if (!line.startsWith('yes:')) continue;
    const [, name, accessPoint] = splitTerse(line.slice(0, 1000));
    if (name === undefined) continue;
    return { name: wifiName(name), accessPoint: hardwareAddress(accessPoint) };
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

/** `iw dev X link`. `none`: not connected; undefined: not understood. */
export function parseIwLink(text: string): WifiNetwork | 'none' | undefined {
  if (/^\uFEFF?Not connected\./.test(text)) return 'none';
  const accessPoint = /^Connected to ([0-9a-f:]{17})/m.exec(text)?.[1];
  if (accessPoint === undefined) return undefined;
  const name = /^[ \t]*SSID: ([^\r\n]*)/m.exec(text)?.[1];
  return { name: name === undefined ? null : wifiName(unescapeIw(name)), accessPoint: hardwareAddress(accessPoint) };
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
