import { hometimeQuerySchema, hometimeSchema } from '../hometime.ts';
import { pageQuerySchema, pageSchema } from '../page.ts';
import {
  comparisonQuerySchema,
  comparisonSchema,
  guardViewSchema,
  policyEffectsSchema,
  policyUpdateSchema,
  policyVersionSchema,
  policyVersionViewSchema,
  policyViewSchema,
  proposedPolicySchema,
} from '../policy.ts';
import { type Route, roles } from './route.ts';

const { administrator, everyone, readers } = roles;

/** What the setting asks of its devices, what their guards did about it, and how they stand at closing time. */
export const policyRoutes = {
  showPolicy: {
    method: 'get',
    path: '/policy',
    summary: 'The setting’s policy, with its version',
    who: everyone,
    status: 200,
    answer: policyViewSchema,
  },
  changePolicy: {
    method: 'put',
    path: '/policy',
    summary:
      'Changes the setting’s policy, from the version it was made of and with a reason; every device is judged again. Parts that may be left out stay as they are',
    who: administrator,
    body: policyUpdateSchema,
    status: 200,
    answer: policyViewSchema,
  },
  tryPolicy: {
    method: 'post',
    path: '/policy/effects',
    summary: 'What a change of the policy would do, device by device; nothing is changed',
    who: administrator,
    query: pageQuerySchema,
    body: proposedPolicySchema,
    status: 200,
    answer: policyEffectsSchema,
  },
  listPolicyVersions: {
    method: 'get',
    path: '/policy/versions',
    summary: 'Every version of the policy, newest first: who made it, when and why',
    who: readers,
    query: pageQuerySchema,
    status: 200,
    answer: pageSchema(policyVersionSchema),
  },
  showPolicyVersion: {
    method: 'get',
    path: '/policy/versions/{id}',
    summary: 'One version of the policy by its number, and what it changed',
    who: readers,
    status: 200,
    answer: policyVersionViewSchema,
  },
  comparePolicyVersions: {
    method: 'get',
    path: '/policy/versions/{id}/changes',
    summary: 'What changed up to a version, in words: since the one before it, or since another',
    who: readers,
    query: comparisonQuerySchema,
    status: 200,
    answer: comparisonSchema,
  },
  showGuard: {
    method: 'get',
    path: '/devices/{id}/guard',
    summary: 'How the guard of a device stands and what it did, newest first',
    who: readers,
    query: pageQuerySchema,
    status: 200,
    answer: guardViewSchema,
  },
  showHometime: {
    method: 'get',
    path: '/hometime',
    summary: 'How each device stands at closing time, and what is missing',
    who: everyone,
    query: hometimeQuerySchema,
    status: 200,
    answer: hometimeSchema,
  },
} as const satisfies Record<string, Route>;
