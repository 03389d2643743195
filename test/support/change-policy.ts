import { type PolicyView, policyViewSchema } from '../../shared/api/policy.ts';
import type { Policy } from '../../shared/policy/document.ts';
import type { TestServer } from './in-process-server.ts';
import type { Rest } from './rest.ts';

const reason = 'a test asks for it';

/** Changes parts of the setting's policy as an administrator does: from the version in force, with a reason. Throws when refused. */
export async function changePolicy(
  server: Pick<TestServer, 'call'>,
  change: Partial<Policy> | ((policy: Policy) => Partial<Policy>),
): Promise<PolicyView> {
  const shown = await server.call('showPolicy');
  if (shown.error) throw new Error(shown.error.message);
  const changed = await server.call('changePolicy', { body: updateOf(shown.body, change) });
  if (changed.error) throw new Error(changed.error.message);
  return changed.body;
}

/** The same over plain REST, with whatever token that has. */
export async function changePolicyOver(
  rest: Rest,
  change: Partial<Policy> | ((policy: Policy) => Partial<Policy>),
): Promise<PolicyView> {
  const shown = policyViewSchema.parse((await rest.get('/policy')).body);
  const changed = await rest.send('PUT', '/policy', updateOf(shown, change));
  if (changed.status !== 200) throw new Error(JSON.stringify(changed.body));
  return policyViewSchema.parse(changed.body);
}

function updateOf(
  { version, policy }: PolicyView,
  change: Partial<Policy> | ((policy: Policy) => Partial<Policy>),
): { basedOn: number; reason: string; policy: Policy } {
  const changed = typeof change === 'function' ? change(policy) : change;
  return { basedOn: version, reason, policy: { ...policy, ...changed } };
}
