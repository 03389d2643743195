import { must, type Outcome, type Running, run, start } from './processes.ts';
import { programs } from './programs.ts';
import { makeTempFolder } from './temp-folder.ts';

/** The real agent's commands, from dist, on a data folder of its own. */
export interface AgentProcesses {
  readonly dataFolder: string;
  enrol(link: string): Promise<string>;
  /** A command that may fail: its code and what it said. */
  attempt(args: readonly string[]): Promise<Outcome>;
  /** `run`, with more options; ends when stopped. */
  run(more?: readonly string[]): Running;
}

export interface AgentOptions {
  dataFolder?: string;
  env?: Record<string, string>;
  /**
   * Put before every command. The agent asks its resolver for test names and
   * speaks to its gateway: a test that runs it for real does so in a network
   * namespace of its own.
   */
  prefix?: readonly string[];
}

export function createAgentProcesses(options: AgentOptions = {}): AgentProcesses {
  const dataFolder = options.dataFolder ?? makeTempFolder();
  const env = { ...options.env, HOMETIME_DATA: dataFolder };
  const program = [...(options.prefix ?? []), process.execPath, programs.agent];
  return {
    dataFolder,
    enrol: (link) => must([...program, 'enrol', link], { env }),
    attempt: (args) => run([...program, ...args], { env }),
    run: (more = []) => start([...program, 'run', ...more], { env }),
  };
}
