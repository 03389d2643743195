import { createServer, type Server, type Socket } from 'node:net';
import { expect } from 'chai';
import { createMailer, type Letter, readSmtpUrl, type SmtpTarget } from '../../../server/notify/smtp.ts';
import { freePort } from '../../support/ports.ts';
import { bodyOf, certificate, headerOf, type MailServer, startMailServer } from './mail-server.ts';
import { testCertificate } from './test-certificate.ts';

const letter: Letter = {
  id: '5c0e4c1e-6e62-4f8a-9d38-5a3b0d2f4a11',
  to: { name: 'Zoë Björk', address: 'zoe@acorns.example' },
  subject: 'Hometime: please look',
  text: 'Zoë Björk,\n\nplease look.\n',
};
const limits = { connectMs: 700, silenceMs: 700, wholeMs: 1_500 };
const from = 'hometime@acorns.example';

describe('e-mail over SMTP', () => {
  const open: MailServer[] = [];
  const sockets = new Set<Socket>();
  const raw: Server[] = [];
  const begin = async (...options: Parameters<typeof startMailServer>) => {
    const server = await startMailServer(...options);
    open.push(server);
    return server;
  };
  /** A server that speaks as it is told and never more. */
  const speaker = async (spoken: (socket: Socket) => void) => {
    const port = await freePort();
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => {});
      spoken(socket);
    });
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    raw.push(server);
    return port;
  };
  const mailer = (port: number, more: Partial<SmtpTarget> = {}, ca = certificate.cert) =>
    createMailer({ target: { host: '127.0.0.1', port, tls: 'upgraded', auth: undefined, ...more }, from, ca, limits });
  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    await Promise.all(open.splice(0).map((server) => server.stop()));
    for (const server of raw.splice(0)) server.close();
  });

  it('hands a letter over under TLS, with its id as Message-ID and names as they are written', async () => {
    const server = await begin();
    expect(await mailer(server.port)(letter)).to.deep.equal({ outcome: 'accepted', status: 250 });
    const [got] = server.received;
    if (got === undefined) throw new Error('nothing came');
    expect(got.secure).to.equal(true);
    expect(got.to).to.deep.equal(['zoe@acorns.example']);
    expect(headerOf(got, 'Message-ID')).to.equal(`<${letter.id}@acorns.example>`);
    expect(headerOf(got, 'Auto-Submitted')).to.equal('auto-generated');
    expect(bodyOf(got).trim()).to.equal(letter.text.trim());
  });

  it('speaks TLS from the start where the address says so', async () => {
    const server = await begin({ secure: true });
    expect((await mailer(server.port, { tls: 'from-start' })(letter)).outcome).to.equal('accepted');
    expect(server.received[0]?.secure).to.equal(true);
  });

  it('says nothing to a server that has no TLS, and gives it neither password nor letter', async () => {
    const server = await begin({ hideSTARTTLS: true, disabledCommands: ['STARTTLS'] });
    const result = await mailer(server.port, { auth: { user: 'u', pass: 'p' } })(letter);
    expect(result.outcome).to.equal('no-tls');
    expect(server.received).to.deep.equal([]);
  });

  it('trusts no certificate but one that the machine trusts', async () => {
    const server = await begin();
    const result = await mailer(server.port, {}, testCertificate().cert)(letter);
    expect(result.outcome).to.equal('certificate-not-trusted');
    expect(server.received).to.deep.equal([]);
  });

  it('tells a refusal for now from one for good', async () => {
    const server = await begin();
    server.answers.push({ code: 451, text: 'later' }, { code: 550, text: 'no such person' });
    const send = mailer(server.port);
    expect(await send(letter)).to.deep.equal({ outcome: 'refused-for-now', status: 451 });
    expect(await send(letter)).to.deep.equal({ outcome: 'refused', status: 550 });
    expect((await send(letter)).outcome).to.equal('accepted');
  });

  it('says when a name and password are refused', async () => {
    const server = await begin({
      authOptional: false,
      onAuth: (_auth, _session, done) => done(Object.assign(new Error('wrong'), { responseCode: 535 })),
    });
    const result = await mailer(server.port, { auth: { user: 'u', pass: 'wrong' } })(letter);
    expect(result).to.deep.equal({ outcome: 'sign-in-refused', status: 535 });
  });

  it('says when nobody listens', async () => {
    expect((await mailer(await freePort())(letter)).outcome).to.equal('unreachable');
  });

  it('does not wait for ever: not for a greeting, nor for a server that says a byte at a time', async () => {
    const silent = await speaker(() => {});
    const began = Date.now();
    expect((await mailer(silent)(letter)).outcome).to.equal('no-answer');
    const slow = await speaker((socket) => {
      const timer = setInterval(() => socket.write('2'), 300);
      socket.on('close', () => clearInterval(timer));
    });
    expect((await mailer(slow)(letter)).outcome).to.equal('no-answer');
    expect(Date.now() - began).to.be.lessThan(6_000);
  }).timeout(10_000);

  it('says when a server hangs up in the middle', async () => {
    const port = await speaker((socket) => socket.end('220 hello\r\n'));
    expect((await mailer(port)(letter)).outcome).to.be.oneOf(['unreachable', 'no-tls']);
  });
});

describe('the address of a mail server', () => {
  it('names host, port, TLS, and who signs in', () => {
    expect(readSmtpUrl('smtps://me%40x.example:p%2Fw@mail.example')).to.deep.equal({
      host: 'mail.example',
      port: 465,
      tls: 'from-start',
      auth: { user: 'me@x.example', pass: 'p/w' },
    });
    expect(readSmtpUrl('smtp://mail.example:2525')).to.include({ port: 2525, tls: 'upgraded', auth: undefined });
    expect(readSmtpUrl('smtp-plain://127.0.0.1')).to.include({ port: 25, tls: 'none' });
  });

  it('leaves TLS out for this computer’s own server alone, and repeats no password', () => {
    for (const wrong of ['smtp-plain://mail.example', 'http://u:secret@x', 'mail.example', 'smtps://', 'smtp:x'])
      expect(() => readSmtpUrl(wrong), wrong).to.throw(/^(?!.*secret).*must|may/);
  });
});
