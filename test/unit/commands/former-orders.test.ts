import { join } from 'node:path';
import { expect } from 'chai';
import knex from 'knex';
import { findCommands } from '../../../server/commands/command-rows.ts';
import { viewsOfCommands } from '../../../server/commands/command-views.ts';
import { openDatabase } from '../../../server/storage/database.ts';
import { migrationSource } from '../../../server/storage/migrations/migrations.ts';
import { makeTempFolder } from '../../support/temp-folder.ts';

const at = '2026-11-20T09:00:00.000Z';
const deviceAt = '2026-11-20T08:59:59.000Z';
const ids = ['c0b1c4de-0000-4000-8000-000000000001', 'c0b1c4de-0000-4000-8000-000000000002'] as const;
const device = 'd0b1c4de-0000-4000-8000-000000000001';
const none = { device_at: null, reason: null, evidence: null };

describe('orders of a database from before moves stood in their order’s row', () => {
  it('keep every move, in order, with its actor, its reason and its evidence', async () => {
    const file = join(makeTempFolder(), 'old.sqlite');
    const old = knex({ client: 'sqlite3', connection: { filename: file }, useNullAsDefault: true });
    const before = async () => (await migrationSource.getMigrations([])).filter(({ name }) => name < '007');
    await old.migrate.latest({
      migrationSource: { ...migrationSource, getMigrations: before },
      disableMigrationsListValidation: true,
    });
    await old('settings').insert({ id: 's', name: 'Oak', time_zone: 'Europe/London', created_at: at });
    const enrolled = { kind: 'laptop', child_facing: false, platform: 'linux', epoch: 1, enrolled_at: at };
    await old('devices').insert({ id: device, setting_id: 's', name: 'Laptop', ...enrolled, created_at: at });
    for (const [index, id] of ids.entries()) {
      const order = { id, number: index + 1, setting_id: 's', device_id: device, epoch: 1, kind: 'logout', args: '{}' };
      const rest = { reason: 'closing', asked_by: 'Ada', created_at: at, expires_at: at };
      await old('commands').insert({ ...order, ...rest, state: index === 0 ? 'verified' : 'refused' });
    }
    // Moves of the two, mixed as they came.
    for (const [order, to_state, more] of [
      [ids[0], 'queued', { actor: 'Ada' }],
      [ids[1], 'queued', { actor: 'Zoë "Zo"' }],
      [ids[0], 'sent', { actor: 'server' }],
      [ids[1], 'sent', { actor: 'server' }],
      [ids[0], 'received', { actor: 'device', device_at: deviceAt }],
      [ids[1], 'refused', { actor: 'device', device_at: deviceAt, reason: 'observe-mode' }],
      [ids[0], 'started', { actor: 'device', device_at: deviceAt }],
      [ids[0], 'verified', { actor: 'device', device_at: deviceAt, evidence: '{"before":[],"after":[]}' }],
    ] as const)
      await old('command_moves').insert({ ...none, command_id: order, to_state, at, ...more });
    await old.destroy();

    const db = await openDatabase(`sqlite:${file}`);
    try {
      const views = await viewsOfCommands(db, await findCommands(db, ids));
      const [first, second] = ids.map((id) => views.find((view) => view.id === id));
      expect(first?.moves.map(({ to }) => to)).to.deep.equal(['queued', 'sent', 'received', 'started', 'verified']);
      expect(first?.moves.at(-1)).to.deep.equal({
        ...{ to: 'verified', at, deviceAt, actor: 'device', reason: null },
        evidence: { before: [], after: [] },
      });
      expect(second?.moves).to.deep.equal([
        { to: 'queued', at, deviceAt: null, actor: 'Zoë "Zo"', reason: null, evidence: null },
        { to: 'sent', at, deviceAt: null, actor: 'server', reason: null, evidence: null },
        { to: 'refused', at, deviceAt, actor: 'device', reason: 'observe-mode', evidence: null },
      ]);
    } finally {
      await db.destroy();
    }
  });
});
