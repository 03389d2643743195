import { text } from 'node:stream/consumers';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { freePort } from '../../support/ports.ts';
import { testCertificate } from './test-certificate.ts';

export const certificate = testCertificate();

/** A letter as the mail server got it. */
export interface Received {
  to: string[];
  raw: string;
  secure: boolean;
}

/** A real mail server on loopback that keeps what it is given. */
export interface MailServer {
  port: number;
  received: Received[];
  /** What it answers to the next letters, first come first; none left: it takes them. */
  answers: { code: number; text: string }[];
  stop(): Promise<void>;
}

export async function startMailServer(options: SMTPServerOptions = {}, given?: number): Promise<MailServer> {
  const port = given ?? (await freePort());
  const received: Received[] = [];
  const answers: MailServer['answers'] = [];
  const server = new SMTPServer({
    ...certificate,
    authOptional: true,
    closeTimeout: 200,
    logger: false,
    onData: (stream, session, done) => {
      text(stream).then((raw) => {
        const answer = answers.shift();
        if (answer !== undefined) return done(Object.assign(new Error(answer.text), { responseCode: answer.code }));
        received.push({ to: session.envelope.rcptTo.map(({ address }) => address), raw, secure: session.secure });
        done();
      }, done);
    },
    ...options,
  });
  // Whoever is refused TLS goes away without a word.
  server.on('error', () => {});
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return { port, received, answers, stop: () => new Promise((resolve) => server.close(() => resolve())) };
}

/** A header of a letter, its folded lines joined. */
export function headerOf({ raw }: Received, name: string): string | undefined {
  const [head = ''] = raw.split(/\r\n\r\n/);
  const unfolded = head.replaceAll(/\r\n[ \t]+/g, ' ');
  return new RegExp(`^${name}: (.*)$`, 'im').exec(unfolded)?.[1]?.trim();
}

/** What stands in a letter, decoded. */
export function bodyOf({ raw }: Received): string {
  const [head = '', ...rest] = raw.split(/\r\n\r\n/);
  const body = rest.join('\n\n').replaceAll('\r\n', '\n');
  if (/^Content-Transfer-Encoding: base64/im.test(head)) return Buffer.from(body, 'base64').toString();
  if (!/^Content-Transfer-Encoding: quoted-printable/im.test(head)) return body;
  const bytes = body
    .replaceAll('=\n', '')
    .replaceAll(/=([0-9A-F]{2})/g, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString();
}
