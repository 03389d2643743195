import { z } from 'zod';
import { errorAnswerSchema } from '../../shared/api/errors.ts';
import { apiPrefix, downloadTypes, type Route, routes } from '../../shared/api/routes.ts';

/** The OpenAPI 3.1 document of the REST part, generated from the table of routes. */
export function openApiDocument(version: string): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const [operationId, route] of Object.entries<Route>(routes)) {
    paths[`${apiPrefix}${route.path}`] = {
      ...paths[`${apiPrefix}${route.path}`],
      [route.method]: operation(operationId, route),
    };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Hometime', version, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    paths,
    components: {
      schemas: { Error: jsonSchema(errorAnswerSchema, 'output') },
      securitySchemes: {
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'hometime_session',
          description: 'Requests that change something also carry the header x-csrf-token.',
        },
        token: { type: 'http', scheme: 'bearer' },
      },
    },
  };
}

function operation(operationId: string, route: Route): Record<string, unknown> {
  const inPath = [...route.path.matchAll(/\{(\w+)\}/g)].map((match) => ({
    name: match[1],
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  const errorAnswer = {
    description: 'Refused; the message says what to do',
    content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
  };
  return {
    operationId,
    summary: route.summary,
    ...(route.who === 'nobody-needed'
      ? { security: [] }
      : { security: [{ session: [] }, { token: [] }], 'x-roles': route.who }),
    parameters: [...inPath, ...inQuery(route)],
    ...requestBody(route),
    responses: {
      [String(route.status)]: {
        description: 'Done',
        content: contentOf(route.answer),
      },
      default: errorAnswer,
    },
  };
}

function requestBody({ body, upload }: Route): Record<string, unknown> {
  if (upload !== undefined) return { requestBody: { required: true, content: { 'application/octet-stream': {} } } };
  if (body === undefined) return {};
  return { requestBody: { required: true, content: { 'application/json': { schema: jsonSchema(body, 'input') } } } };
}

function contentOf(answer: Route['answer']): Record<string, unknown> {
  if (answer !== 'download') return { 'application/json': { schema: jsonSchema(answer, 'output') } };
  return Object.fromEntries(downloadTypes.map((type) => [type, { schema: { type: 'string' } }]));
}

function inQuery(route: Route): Record<string, unknown>[] {
  if (!(route.query instanceof z.ZodObject)) return [];
  return Object.entries(route.query.shape).map(([name, schema]) => ({
    name,
    in: 'query',
    required: false,
    schema: jsonSchema(schema as z.ZodType, 'input'),
  }));
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Record<string, unknown> {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
}
