import type { Audit } from '../audit/audit.ts';
import type { HeadSigner } from '../audit/chain.ts';
import type { Database } from '../storage/database.ts';
import { registerChain } from './chain.ts';
import { writeHead } from './record-store.ts';

const begun = 'incidents.record-begun';

/**
 * Signs the registers that the migration made of what was on record before, once, and again where the server's key was
 * lost and made anew, as the audit log is: that it was done is in the signed
 * audit log of the server. So nobody can have a record that was tampered with signed as it stands by emptying its
 * signature: that entry would have to be taken out of the audit log first, and is missed there.
 */
export async function beginRecord({
  db,
  audit,
  signer,
}: {
  db: Database;
  audit: Audit;
  signer: HeadSigner;
}): Promise<void> {
  await db.transaction(async (connection) => {
    const lastOf = async (action: string): Promise<number> =>
      (await connection('audit_entries').where({ setting_id: null, action }).max({ id: 'id' }).first())?.id ?? 0;
    if ((await lastOf(begun)) > (await lastOf('audit.key-made'))) return;
    const heads: { setting_id: string; number: number; hash: string }[] = await connection('incident_heads').select();
    for (const { setting_id: settingId, number, hash } of heads) {
      const signature = signer.sign(registerChain(settingId), { number, hash });
      await writeHead(connection, settingId, { number, hash, signature });
    }
    await audit(connection, { settingId: null, actor: 'server', action: begun });
  });
}
