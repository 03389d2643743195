import { createSocket, type Socket } from 'node:dgram';

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

const types = { A: 1, CNAME: 5, TXT: 16 } as const;

/** A name server on this machine's own loopback that answers from a table. */
export async function startNameServer(
  answer: (name: string, type: 'A' | 'CNAME' | 'TXT') => Said,
): Promise<NameServer> {
  const socket = createSocket('udp4');
  const asked: string[] = [];
  socket.on('message', (query, from) => {
    const { name, end } = readName(query);
    const number = query.readUInt16BE(end);
    const type = number === types.CNAME ? 'CNAME' : number === types.TXT ? 'TXT' : 'A';
    asked.push(`${type} ${name}`);
    const said = answer(name, type);
    if (said !== 'silent') socket.send(reply(query.subarray(0, end + 4), said, type), from.port, from.address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return { address: `127.0.0.1:${socket.address().port}`, asked, stop: () => close(socket) };
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

function reply(question: Buffer, said: Exclude<Said, 'silent'>, type: 'A' | 'CNAME' | 'TXT'): Buffer {
  const header = Buffer.from(question.subarray(0, 12));
  const code = said === 'nxdomain' ? 3 : said === 'servfail' ? 2 : 0;
  const records = typeof said === 'string' ? [] : recordsOf(said, type);
  header.writeUInt16BE(0x8180 | code, 2);
  header.writeUInt16BE(records.length, 6);
  header.writeUInt16BE(0, 8);
  header.writeUInt16BE(0, 10);
  return Buffer.concat([header, question.subarray(12), ...records]);
}

function recordsOf(said: Exclude<Said, string>, type: string): Buffer[] {
  if (Array.isArray(said)) return type === 'A' ? said.map(addressRecord) : [];
  if ('text' in said)
    return type === 'TXT' ? [record(types.TXT, Buffer.from([said.text.length, ...Buffer.from(said.text)]))] : [];
  const alias = record(types.CNAME, encodeName(said.cname));
  return type === 'A' ? [alias, ...said.addresses.map((address) => addressRecord(address, said.cname))] : [alias];
}

function addressRecord(address: string, owner: unknown): Buffer {
  const name = typeof owner === 'string' ? encodeName(owner) : undefined;
  return record(types.A, Buffer.from(address.split('.').map(Number)), name);
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
