import { z } from 'zod';
import { freePort } from './ports.ts';
import { must, type Running, start, until } from './processes.ts';
import { programs } from './programs.ts';
import type { Rest, RestAnswer } from './rest.ts';
import { makeTempFolder } from './temp-folder.ts';

export interface ServerOptions {
  /** A new temporary one unless given: give the same again to start anew on what is kept. */
  dataFolder?: string;
  peoplePort?: number;
  agentPort?: number;
  env?: Record<string, string>;
  /** Put before every command, for a network namespace: `ip netns exec NAME`. */
  prefix?: readonly string[];
}

/** The real server, from dist, in a process of its own. */
export interface ServerProcess {
  readonly process: Running;
  readonly dataFolder: string;
  readonly peoplePort: number;
  readonly agentPort: number;
  readonly url: string;
  /** Runs another command of hometime-server on the same data; what it printed. */
  command(args: readonly string[], input?: string): Promise<string>;
  /** A token of an administrator, made through the command line. */
  token(role?: 'manager' | 'administrator'): Promise<string>;
  enrolLink(name: string, more?: readonly string[]): Promise<string>;
  stop(): Promise<number | null>;
  killHard(): Promise<void>;
}

/** Starts it and waits until /readyz says so. In a namespace of its own, readiness is what it says on standard output. */
export async function startServerProcess(options: ServerOptions = {}): Promise<ServerProcess> {
  const dataFolder = options.dataFolder ?? makeTempFolder();
  const peoplePort = options.peoplePort ?? (await freePort());
  const agentPort = options.agentPort ?? (await freePort());
  const env = {
    HOMETIME_PEOPLE_PORT: String(peoplePort),
    HOMETIME_AGENT_PORT: String(agentPort),
    HOMETIME_DATA: dataFolder,
    ...options.env,
  };
  const prefix = options.prefix ?? [];
  const program = [...prefix, process.execPath, programs.server];
  const child = start([...program, 'start'], { env });
  await child.said(/^Dashboard: /m, 30_000);
  const url = `http://127.0.0.1:${peoplePort}`;
  if (prefix.length === 0) await until('/readyz', async () => ((await fetch(`${url}/readyz`)).ok ? true : undefined));
  const command: ServerProcess['command'] = (args, input) =>
    must([...program, ...args], input === undefined ? { env } : { env, input });
  return {
    process: child,
    dataFolder,
    peoplePort,
    agentPort,
    url,
    command,
    token: (role = 'administrator') => command(['token', 'add', '--name', `a test's ${role}`, '--role', role]),
    enrolLink: (name, more = []) => command(['enrol-link', '--name', name, ...more]),
    stop: () => child.stop(),
    killHard: () => child.killHard(),
  };
}

/**
 * A client of a server in another network namespace: each call is a small
 * program run there. Slower (0.1 s a call) and otherwise the same.
 */
export function restInside(server: ServerProcess, prefix: readonly string[], token: string): Rest {
  const call = async (method: string, path: string, body?: unknown): Promise<RestAnswer> => {
    const script = `
      const [url, method, token, body] = process.argv.slice(1);
      const headers = { 'Content-Type': 'application/json', Authorization: 'Bearer ' + token };
      const answer = await fetch(url, { method, headers, ...(body ? { body } : {}) });
      console.log(JSON.stringify({ status: answer.status, body: JSON.parse((await answer.text()) || 'null') }));`;
    const url = `${server.url}/api/v1${path}`;
    const args = [url, method, token, body === undefined ? '' : JSON.stringify(body)];
    const printed = await must([...prefix, process.execPath, '--input-type=module', '-e', script, '--', ...args]);
    const { status, body: answered } = z.object({ status: z.number(), body: z.unknown() }).parse(JSON.parse(printed));
    return { status, body: answered, headers: new Headers() };
  };
  return { get: (path) => call('GET', path), send: call };
}
