import { z } from 'zod';
import type { AnswerOf, QueryOf } from '../../shared/api/routes.ts';
import { type Clock, instant } from '../../shared/instant.ts';
import { pageFrom, readCursor } from '../storage/cursor.ts';
import type { Database } from '../storage/database.ts';
import type { Audit } from './audit.ts';
import { rowsBefore } from './audit-store.ts';
import type { HeadSigner } from './chain.ts';
import { exportEntries, exportFormats } from './export.ts';
import { viewsOf } from './together.ts';
import { verifyChain } from './verify.ts';

interface AuditRoutesParts {
  db: Database;
  clock: Clock;
  audit: Audit;
  signer: HeadSigner;
  /** Told when a log is found not to be as it was written. */
  broken: (settingId: string) => Promise<void>;
}

/** What of a request matters here: whose log it is. */
interface From {
  asker: { settingId: string; name: string };
}

/** The audit log of the asker's setting. */
export function auditRoutes({ db, clock, audit, signer, broken }: AuditRoutesParts) {
  return {
    listAudit: async ({ asker, query }: From & { query: QueryOf<'listAudit'> }): Promise<AnswerOf<'listAudit'>> => {
      const before =
        query.cursor === undefined ? Number.MAX_SAFE_INTEGER : readCursor(query.cursor, z.tuple([z.int()]))[0];
      const rows = await rowsBefore(db, asker.settingId, before, query.limit + 1);
      const entries = rows.flatMap((row) => viewsOf(row).reverse()).filter(({ number }) => number < before);
      const { kept, nextCursor } = pageFrom(entries, query.limit, ({ number }) => [number]);
      return { items: kept, nextCursor };
    },
    exportAudit: async ({
      asker,
      query,
    }: From & { query: QueryOf<'exportAudit'> }): Promise<
      AnswerOf<'exportAudit'> & { pieces: AsyncIterable<string> }
    > => {
      const { settingId, name: actor } = asker;
      const { format } = query;
      // Who takes the names of others away is on record as well.
      await audit(db, { settingId, actor, action: 'audit.exported', data: { format } });
      const day = instant(clock.now()).slice(0, 10);
      const pieces = exportEntries(db, settingId, format);
      return { type: exportFormats[format], name: `hometime-audit-${day}.${format}`, pieces };
    },
    verifyAudit: async ({ asker }: From): Promise<AnswerOf<'verifyAudit'>> => {
      const found = await verifyChain({ db, signer }, asker.settingId);
      if (!found.intact) await broken(asker.settingId);
      return found;
    },
  };
}
