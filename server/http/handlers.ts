import type { Request, Response } from 'express';
import type { AnswerOf, BodyOf, QueryOf, RouteName, routes } from '../../shared/api/routes.ts';
import type { Asker, SignedIn } from './asker.ts';

/** A request past the edge: parsed, authenticated, its role checked. */
export interface Asked<Name extends RouteName> {
  params: Record<string, string>;
  query: QueryOf<Name>;
  body: BodyOf<Name>;
  /** Always there except on routes that need nobody. */
  asker: (typeof routes)[Name]['who'] extends 'nobody-needed' ? Asker | undefined : Asker;
  /** The session, when the asker came with a cookie. */
  session: SignedIn | undefined;
  /** For cookies and addresses only; bodies go through the schema. */
  http: { request: Request; response: Response };
}

export type Handler<Name extends RouteName> = (asked: Asked<Name>) => Promise<AnswerOf<Name>>;

/** One handler for every route of the contract: a route without one does not compile. */
export type Handlers = { readonly [Name in RouteName]: Handler<Name> };
