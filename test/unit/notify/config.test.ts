import { expect } from 'chai';
import { readConfig } from '../../../server/config.ts';

describe('what the operator says of e-mail and webhooks', () => {
  it('is nothing unless it is said: no e-mail, no own networks, links to this computer', () => {
    const config = readConfig({ HOMETIME_PEOPLE_PORT: '8081' });
    expect([config.mail, config.webhookNetworks, config.peopleUrl]).to.deep.equal([
      undefined,
      [],
      'http://localhost:8081',
    ]);
  });

  it('is read whole, with no slash at the end of the address', () => {
    const { mail, webhookNetworks, peopleUrl } = readConfig({
      HOMETIME_PEOPLE_URL: 'https://hometime.example/',
      HOMETIME_SMTP_URL: 'smtps://me:pw@mail.example',
      HOMETIME_MAIL_FROM: 'hometime@acorns.example',
      HOMETIME_WEBHOOK_NETWORKS: '192.168.1.0/24 10.0.0.5',
    });
    expect(mail?.smtp).to.include({ host: 'mail.example', port: 465, tls: 'from-start' });
    expect(mail?.from).to.equal('hometime@acorns.example');
    expect(webhookNetworks).to.deep.equal([
      { address: '192.168.1.0', prefix: 24 },
      { address: '10.0.0.5', prefix: 32 },
    ]);
    expect(peopleUrl).to.equal('https://hometime.example');
  });

  it('is refused where it is wrong, every fault at once, and the password is never repeated', () => {
    const wrong = () =>
      readConfig({
        HOMETIME_SMTP_URL: 'https://me:secret@mail.example',
        HOMETIME_WEBHOOK_NETWORKS: 'nas',
        HOMETIME_PEOPLE_URL: 'x',
      });
    expect(wrong)
      .to.throw(/HOMETIME_SMTP_URL: must begin with smtps[\s\S]*HOMETIME_WEBHOOK_NETWORKS is "nas"/)
      .and.satisfies((error: Error) => !error.message.includes('secret'));
    expect(() => readConfig({ HOMETIME_SMTP_URL: 'smtps://mail.example' })).to.throw('needs HOMETIME_MAIL_FROM');
  });
});
