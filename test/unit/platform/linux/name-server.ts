import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';

/** What the server of a test says: addresses, another name, a text, that there is no such name, an error, or nothing at all. */
export type Said =
  | string[]
  | { cname: string; addresses: string[] }
  | { text: string }
  | 'nxdomain'
  | 'servfail'
  | 'silent';

export interface NameServer {
  /** As `dns.setServers` takes it. */
  address: string;
  asked: string[];
  stop(): Promise<void>;
}

const types = { A: 1, CNAME: 5, TXT: 16, AAAA: 28 } as const;
type Type = keyof typeof types;

/** A name server on this machine's own loopback that answers from a table. */
export async function startNameServer(answer: (name: string, type: Type) => Said): Promise<NameServer> {
  const socket = createSocket('udp4');
  const asked: string[] = [];
  socket.on('message', (query, from) => {
    const { name, end } = readName(query);
    const number = query.readUInt16BE(end);
    const type = typeOf(number);
    asked.push(`${type} ${name}`);
    const said = answer(name, type);
    if (said !== 'silent') socket.send(reply(query.subarray(0, end + 4), said, type), from.port, from.address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return { address: `127.0.0.1:${socket.address().port}`, asked, stop: () => close(socket) };
}

function typeOf(number: number): Type {
  if (number === types.AAAA) return 'AAAA';
  return number === types.CNAME ? 'CNAME' : number === types.TXT ? 'TXT' : 'A';
}

function close(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.close(() => resolve()));
}

function readName(query: Buffer): { name: string; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query.readUInt8(at); length > 0; length = query.readUInt8(at)) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += length + 1;
  }
  return { name: labels.join('.').toLowerCase(), end: at + 1 };
}

function reply(question: Buffer, said: Exclude<Said, 'silent'>, type: Type): Buffer {
  const header = Buffer.from(question.subarray(0, 12));
  const code = said === 'nxdomain' ? 3 : said === 'servfail' ? 2 : 0;
  const records = typeof said === 'string' ? [] : recordsOf(said, type);
  header.writeUInt16BE(0x8180 | code, 2);
  header.writeUInt16BE(records.length, 6);
  header.writeUInt16BE(0, 8);
  header.writeUInt16BE(0, 10);
  return Buffer.concat([header, question.subarray(12), ...records]);
}

function recordsOf(said: Exclude<Said, string>, type: Type): Buffer[] {
  if (Array.isArray(said)) return ofFamily(said, type).map((address) => addressRecord(address));
  if ('text' in said)
    return type === 'TXT' ? [record(types.TXT, Buffer.from([said.text.length, ...Buffer.from(said.text)]))] : [];
  const alias = record(types.CNAME, encodeName(said.cname));
  return [alias, ...ofFamily(said.addresses, type).map((address) => addressRecord(address, said.cname))];
}

function ofFamily(addresses: readonly string[], type: Type): string[] {
  return addresses.filter((address) => type === (isIPv6(address) ? 'AAAA' : 'A'));
}

function addressRecord(address: string, owner?: string): Buffer {
  const name = owner === undefined ? undefined : encodeName(owner);
  if (!isIPv6(address)) return record(types.A, Buffer.from(address.split('.').map(Number)), name);
  return record(types.AAAA, ipv6Bytes(address), name);
}

function ipv6Bytes(address: string): Buffer {
  const host = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  const [before = '', after] = host.split('::');
  const groups = (text: string) => (text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16)));
  const [first, last] = [groups(before), after === undefined ? [] : groups(after)];
  const middle = Array.from({ length: 8 - first.length - last.length }, () => 0);
  return Buffer.from([...first, ...middle, ...last].flatMap((group) => [group >> 8, group & 255]));
}

function record(type: number, data: Buffer, name: Buffer = Buffer.from([0xc0, 12])): Buffer {
  const head = Buffer.alloc(10);
  head.writeUInt16BE(type, 0);
  head.writeUInt16BE(1, 2);
  head.writeUInt32BE(60, 4);
  head.writeUInt16BE(data.length, 8);
  return Buffer.concat([name, head, data]);
}

function encodeName(name: string): Buffer {
  return Buffer.concat([
    ...name.split('.').map((label) => Buffer.from([label.length, ...Buffer.from(label)])),
    Buffer.from([0]),
  ]);
}
