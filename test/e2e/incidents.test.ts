import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { io, type Socket } from 'socket.io-client';
import type { Base } from '../../server/base.ts';
import { attachmentFolder } from '../../server/cases.ts';
import { createAttachmentFiles } from '../../server/incidents/attachment-files.ts';
import { verifyIncidents } from '../../server/incidents/verify-all.ts';
import { reportFormViewSchema } from '../../shared/api/incident-bodies.ts';
import { type IncidentCase, incidentCaseSchema } from '../../shared/api/incidents.ts';
import { type Role, roleSchema } from '../../shared/api/people.ts';
import { apiPrefix } from '../../shared/api/routes.ts';
import { socketPath } from '../../shared/wire/events.ts';
import { connected, type TestServer } from '../support/in-process-server.ts';
import { pause, until } from '../support/processes.ts';
import { type Everybody, startWithEverybody } from './as-everybody.ts';

const jpeg = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(2_000, 7)]);

describe('incidents over HTTP, as everybody', () => {
  let folder: string;
  let server: TestServer;
  let base: Base;
  let headers: Everybody['headers'];
  let ask: Everybody['ask'];
  let stop: Everybody['stop'];
  const open: Socket[] = [];

  before(async function () {
    this.timeout(60_000);
    ({ folder, server, base, headers, ask, stop } = await startWithEverybody());
  });
  after(async () => {
    for (const socket of open) socket.disconnect();
    await stop();
  });

  const upload = (role: Role, id: string, file: Buffer | ReadableStream, more: Record<string, string> = {}) =>
    fetch(`${server.peopleUrl}${apiPrefix}/incidents/${id}/attachments?name=photo.jpg`, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream', ...headers.get(role), ...more },
      body: file instanceof Buffer ? new Uint8Array(file) : file,
      ...(file instanceof Buffer ? {} : { duplex: 'half' }),
    } as RequestInit);
  const report = async (role: Role, more: Record<string, unknown> = {}): Promise<IncidentCase> => {
    const answer = await ask(role, 'POST', '/incidents', {
      category: 'damage',
      severity: 'act',
      text: 'It fell.',
      ...more,
    });
    expect(answer.status, answer.text).to.equal(201);
    return incidentCaseSchema.parse(answer.body);
  };
  const check = () =>
    verifyIncidents({
      db: base.db,
      signer: base.auditSigner,
      files: createAttachmentFiles(attachmentFolder({ dataFolder: join(folder, 'server') })),
    });

  it('tells of a case over the socket only those who may see it, and nothing of what it says', async () => {
    const heard = new Map<Role, string[]>();
    for (const role of roleSchema.options) {
      const { cookie = '' } = headers.get(role) ?? {};
      const socket = io(`${server.peopleUrl}/console`, {
        path: socketPath,
        transports: ['websocket'],
        forceNew: true,
        extraHeaders: { cookie, origin: server.peopleUrl },
      });
      open.push(socket);
      socket.on('incident', (change: unknown) => heard.set(role, [...(heard.get(role) ?? []), JSON.stringify(change)]));
      await connected(socket);
    }
    await pause(100);
    const plain = await report('manager');
    const secret = await report('staff', { category: 'allegation-of-harm', confidential: false });
    const count = (role: Role) => heard.get(role)?.length ?? 0;
    await until('the last of them', async () => (count('safeguarding-lead') + count('staff') >= 3 ? true : undefined));
    await pause(400);
    const told = (role: Role) => (heard.get(role) ?? []).map((text) => JSON.parse(text));
    for (const role of ['manager', 'deputy', 'administrator', 'committee'] as const)
      expect(told(role), role).to.deep.equal([{ id: plain.id }]);
    expect(told('safeguarding-lead')).to.deep.equal([{ id: plain.id }, { id: secret.id }]);
    expect(told('staff'), 'their own').to.deep.equal([{ id: secret.id }]);
  }).timeout(20_000);

  it('says nothing of a confidential case in any list, count or record that others read', async () => {
    const secret = await report('safeguarding-lead', { confidential: true, text: 'zebra crossing' });
    const paths = [
      '/incidents',
      '/incidents?q=zebra',
      '/incidents/counts',
      '/audit',
      '/security-events',
      '/holds',
      `/incidents/${secret.id}`,
    ];
    for (const role of roleSchema.options) {
      for (const path of paths) {
        const { text, status } = await ask(role, 'GET', path);
        const said = `${path} as ${role}: ${text.slice(0, 200)}`;
        if (role === 'safeguarding-lead') continue;
        expect(text, said).to.not.include('zebra').and.not.include(secret.reference);
        if (path.endsWith(secret.id)) expect(status, said).to.equal(404);
        else expect(text, said).to.not.include(secret.id);
      }
      const counts = await ask(role, 'GET', '/incidents/counts');
      const list = await ask(role, 'GET', '/incidents?state=unclosed');
      expect(counts.body.open, role).to.equal(list.body.items.length);
    }
  }).timeout(30_000);

  it('takes files of people, tells their kind by their bytes, and gives them back as they were, never to be run', async () => {
    const { id } = await report('manager');
    const taken = await upload('manager', id, jpeg);
    expect(taken.status).to.equal(200);
    const [file] = incidentCaseSchema.parse(await taken.json()).attachments;
    expect(file).to.include({ name: 'photo.jpg', type: 'image/jpeg', bytes: jpeg.length });
    const back = await fetch(`${server.peopleUrl}${apiPrefix}/incidents/${id}/attachments/${file?.digest}`, {
      headers: headers.get('safeguarding-lead') ?? {},
    });
    expect(Buffer.from(await back.arrayBuffer()).equals(jpeg)).to.equal(true);
    expect(back.headers.get('content-disposition')).to.match(/^attachment; filename="?photo\.jpg"?$/);
    expect(back.headers.get('x-content-type-options')).to.equal('nosniff');
    expect(back.headers.get('content-security-policy')).to.equal("default-src 'none'; sandbox");
    const { body } = await ask('manager', 'GET', `/incidents/${id}`);
    const seenBy = incidentCaseSchema.parse(body).entries.filter(({ kind }) => kind === 'seen');
    expect(
      seenBy.map(({ by }) => by.role),
      'who opened the file',
    ).to.deep.equal(['safeguarding-lead', 'manager']);
    for (const role of ['administrator', 'committee', 'staff'] as const) {
      const { status } = await ask(role, 'GET', `/incidents/${id}/attachments/${file?.digest}`);
      expect(status, role).to.be.oneOf([403, 404]);
    }
  });

  it('refuses what is too large, empty, of another kind, without the token of the page, or by who may not', async () => {
    const { id } = await report('manager');
    const codeOf = async (response: Response) => ((await response.json()) as { error?: { code: string } }).error?.code;
    expect(await codeOf(await upload('manager', id, Buffer.alloc(0)))).to.equal('not-valid');
    expect(await codeOf(await upload('manager', id, Buffer.from('PK\u0003\u0004 a zip \u0000')))).to.equal('not-valid');
    expect(await codeOf(await upload('manager', id, Buffer.concat([jpeg, Buffer.alloc(10 << 20)])))).to.equal(
      'too-large',
    );
    const pieces = new ReadableStream({
      start: (control) => {
        control.enqueue(new Uint8Array(jpeg));
        for (let count = 0; count < 11; count += 1) control.enqueue(new Uint8Array(1 << 20));
        control.close();
      },
    });
    expect(await codeOf(await upload('manager', id, pieces)), 'without its length').to.equal('too-large');
    expect(await codeOf(await upload('manager', id, jpeg, { 'x-csrf-token': '' }))).to.equal('csrf-token-missing');
    expect(await codeOf(await upload('committee', id, jpeg))).to.equal('forbidden');
    expect(await codeOf(await upload('staff', id, jpeg))).to.equal('not-found');
    expect(await codeOf(await upload('manager', id, jpeg, { 'content-type': 'application/json' }))).to.not.equal(
      undefined,
    );
    const elsewhere = await fetch(`${server.peopleUrl}${apiPrefix}/incidents`, {
      method: 'POST',
      headers: { ...headers.get('manager'), 'content-type': 'application/octet-stream' },
      body: '{}',
    });
    expect(await codeOf(elsewhere)).to.equal('not-json');
    expect(
      readdirSync(join(attachmentFolder({ dataFolder: join(folder, 'server') }), id)),
      'nothing is left',
    ).to.deep.equal([]);
    for (let count = 0; count < 20; count += 1)
      expect((await upload('manager', id, Buffer.from(`note ${count}`))).status).to.equal(200);
    expect(await codeOf(await upload('manager', id, Buffer.from('note 21')))).to.equal('conflict');
  }).timeout(60_000);

  it('finds a file that was changed on the disk', async () => {
    const { id } = await report('manager');
    const taken = incidentCaseSchema.parse(await (await upload('manager', id, jpeg)).json());
    expect(await check()).to.deep.include({ intact: true });
    const digest = taken.attachments[0]?.digest ?? '';
    const path = join(attachmentFolder({ dataFolder: join(folder, 'server') }), id, digest);
    const other = Buffer.from(jpeg);
    other[1_000] = 8;
    writeFileSync(path, other);
    const { intact, lines } = await check();
    expect(intact).to.equal(false);
    expect(lines.join('\n')).to.include('its attachment is not as it was given');
    writeFileSync(path, jpeg);
    expect((await check()).intact).to.equal(true);
  });

  it('takes reports without an account where the lead switched the form on, and keeps no address (INC4)', async () => {
    expect((await ask('manager', 'GET', '/report-form')).status).to.equal(403);
    const form = reportFormViewSchema.parse((await ask('safeguarding-lead', 'GET', '/report-form')).body);
    expect(form).to.include({ on: false, yourAddress: '127.0.0.1' });
    const sent = {
      code: form.code,
      category: 'policy-breach',
      text: 'A phone in the baby room.',
      name: null,
      confidential: true,
    };
    expect((await ask(undefined, 'POST', '/report', sent)).status, 'off').to.equal(404);
    const put = (more: Record<string, unknown>) =>
      ask('safeguarding-lead', 'PUT', '/report-form', { on: true, anonymous: true, addresses: [], ...more });
    expect((await put({})).status).to.equal(200);
    expect((await ask(undefined, 'POST', '/report/look', { code: form.code })).body).to.include({ anonymous: true });
    expect((await ask(undefined, 'POST', '/report', { ...sent, code: 'AAAA-BBBB-CCCC' })).status).to.equal(404);
    const receipt = await ask(undefined, 'POST', '/report', {
      ...sent,
      code: form.code.toLowerCase().replaceAll('-', ' '),
    });
    expect(receipt.status, receipt.text).to.equal(201);
    const found = await ask('safeguarding-lead', 'GET', `/incidents?q=${receipt.body.reference}`);
    expect(found.body.items[0]).to.include({ source: 'form', confidential: true, category: 'policy-breach' });
    expect((await ask('manager', 'GET', `/incidents?q=${receipt.body.reference}`)).body.items).to.deep.equal([]);
    for (const table of ['incidents', 'incident_entries', 'incident_contents', 'incident_register'])
      expect(JSON.stringify(await base.db(table).select()), table).to.not.include('127.0.0.1');
    const about = await ask(undefined, 'POST', '/report', {
      ...sent,
      confidential: false,
      about: ['safeguarding-lead'],
    });
    expect((await ask('safeguarding-lead', 'GET', `/incidents?q=${about.body.reference}`)).body.items).to.deep.equal(
      [],
    );
    expect((await ask('manager', 'GET', `/incidents?q=${about.body.reference}`)).body.items).to.have.length(1);
    await put({ anonymous: false });
    expect((await ask(undefined, 'POST', '/report', sent)).status, 'without a name').to.equal(400);
    await put({ addresses: ['192.0.2.0/24', '2001:db8::/32'] });
    const away = await ask(undefined, 'POST', '/report', sent);
    expect(away.body.error.code).to.equal('forbidden');
    expect(away.body.error.message).to.include('own network');
    await put({ addresses: ['127.0.0.0/8'] });
    expect((await ask(undefined, 'POST', '/report', sent)).status).to.equal(201);
    const asForm = await fetch(`${server.peopleUrl}${apiPrefix}/report`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ code: form.code, text: 'hello' }),
    });
    expect(asForm.status, 'another site’s form').to.equal(400);
    const renewed = await ask('safeguarding-lead', 'POST', '/report-form/code', {});
    expect(renewed.body.code).to.not.equal(form.code);
    expect((await ask(undefined, 'POST', '/report', sent)).status, 'the old poster').to.equal(404);
  }).timeout(30_000);

  it('does not note that somebody’s sign-in was used when they report without a name (INC4)', async () => {
    const put = { on: true, anonymous: true, addresses: [] };
    const form = reportFormViewSchema.parse((await ask('safeguarding-lead', 'PUT', '/report-form', put)).body);
    await base.db('sign_ins').update({ last_used_at: '2026-01-01T00:00:00.000Z' });
    const sent = { code: form.code, category: 'damage', text: 'Seen by me.', name: null, confidential: true };
    expect((await ask('staff', 'POST', '/report/look', { code: form.code })).status).to.equal(200);
    expect((await ask('staff', 'POST', '/report', sent)).status).to.equal(201);
    expect(await base.db('sign_ins').distinct().pluck('last_used_at')).to.deep.equal(['2026-01-01T00:00:00.000Z']);
    // What looks at who asks notes it: so the line above can fail.
    await ask('staff', 'GET', '/incidents');
    expect(await base.db('sign_ins').distinct().pluck('last_used_at')).to.have.length(2);
  });

  it('leaves a record that is intact', async () => {
    expect(await check()).to.deep.include({ intact: true });
    const { body } = await ask('safeguarding-lead', 'GET', '/incidents/verification');
    expect(body).to.include({ intact: true });
    expect(body.entries).to.be.greaterThan(30);
  });
});
