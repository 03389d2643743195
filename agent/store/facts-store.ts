import { z } from 'zod';
import { instantSchema } from '../../shared/instant.ts';
import type { Sqlite } from './sqlite.ts';

/** Small things worth keeping over a restart, one schema each. */
const factSchemas = {
  /** What the running agent last knew of itself, for `status`. */
  status: z.strictObject({
    observeMode: z.boolean(),
    connected: z.boolean(),
    at: instantSchema,
    /** Why the server last did not let this device in, since it last did. */
    refusal: z.strictObject({ code: z.string(), at: instantSchema }).nullable().default(null),
  }),
  /** When the server last acknowledged a report, by its clock. */
  acknowledged: z.strictObject({ at: instantSchema }),
};

export type FactName = keyof typeof factSchemas;
export type Fact<Name extends FactName> = z.infer<(typeof factSchemas)[Name]>;

export interface FactsStore {
  write<Name extends FactName>(name: Name, fact: Fact<Name>): Promise<void>;
  status(): Promise<Fact<'status'> | undefined>;
  acknowledged(): Promise<Fact<'acknowledged'> | undefined>;
}

/** A fact that cannot be understood counts as none: each of them is measured again by itself. */
export function createFactsStore(database: Sqlite): FactsStore {
  async function read<Schema extends z.ZodType>(name: FactName, schema: Schema): Promise<z.infer<Schema> | undefined> {
    const rows = await database.all(z.object({ value: z.string() }), 'select value from facts where name = ?', name);
    const parsed = schema.safeParse(rows[0] === undefined ? undefined : JSON.parse(rows[0].value));
    return parsed.success ? parsed.data : undefined;
  }
  return {
    async write(name, fact) {
      await database.run(
        'insert into facts (name, value) values (?, ?) on conflict (name) do update set value = excluded.value',
        name,
        JSON.stringify(fact),
      );
    },
    status: () => read('status', factSchemas.status),
    acknowledged: () => read('acknowledged', factSchemas.acknowledged),
  };
}
