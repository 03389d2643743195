import { type Clock, instant } from '../../../shared/instant.ts';
import { known, unknown } from '../../../shared/reading.ts';
import type { Encryption } from '../../../shared/report/encryption.ts';
import type { Exec } from '../exec.ts';
import type { Probe } from '../platform.ts';
import { type Doubt, judgeProtection } from '../protection.ts';
import { outputOf, toolTrouble } from '../tool-trouble.ts';
import { judgeProperties, parseProperty } from './crypto-state.ts';

interface EncryptionParts {
  exec: Exec;
  clock: Clock;
}

type Answer = { value: string } | { doubt: Doubt };

const timeoutMs = 5_000;

/** Encryption of an Android device from its properties, asked one by one, for a value may span lines in the whole list. */
export function createEncryptionProbe({ exec, clock }: EncryptionParts): Probe<Encryption> {
  return async (signal) => {
    const doubts: Doubt[] = [];
    const ask = async (name: string) => {
      const answer = await askProperty(exec, name, signal);
      if ('value' in answer) return answer.value;
      doubts.push(answer.doubt);
      return '';
    };
    const found = judgeProperties({
      state: await ask('ro.crypto.state'),
      type: await ask('ro.crypto.type'),
      decrypt: await ask('vold.decrypt'),
      progress: await ask('vold.encrypt_progress'),
    });
    const at = instant(clock.now());
    const verdict = judgeProtection(found.volumes, [...doubts, ...found.doubts]);
    if ('unknown' in verdict) return unknown(verdict.unknown.reason, at, verdict.unknown.detail);
    return known({ protection: verdict.protection, volumes: found.volumes }, at);
  };
}

async function askProperty(exec: Exec, name: string, signal: AbortSignal): Promise<Answer> {
  const result = await exec('getprop', [name], { timeoutMs, signal });
  const output = outputOf(result);
  if (output === undefined) return { doubt: { reason: toolTrouble(result), detail: 'getprop' } };
  const value = parseProperty(output);
  return value === undefined ? { doubt: { reason: 'not-understood', detail: 'getprop' } } : { value };
}
