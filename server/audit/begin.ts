import type { Clock } from '../../shared/instant.ts';
import type { Database } from '../storage/database.ts';
import { createAudit } from './audit.ts';
import { listChains, takeHead, writeHead } from './audit-store.ts';
import { chainOf, type HeadSigner } from './chain.ts';

/** Signs every log as it stands, and puts on record that it was done. Only where a key is used for the first time. */
export async function beginLogs(parts: { db: Database; clock: Clock; signer: HeadSigner }): Promise<void> {
  const audit = createAudit(parts);
  await parts.db.transaction(async (transaction) => {
    for (const settingId of await listChains(transaction)) {
      const chain = chainOf(settingId);
      const head = await takeHead(transaction, chain);
      await writeHead(transaction, chain, { ...head, signature: parts.signer.sign(chain, head) });
    }
    await audit(transaction, { settingId: null, actor: 'server', action: 'audit.key-made' });
  });
}
