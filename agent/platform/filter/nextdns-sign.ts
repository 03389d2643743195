import { type RequestOptions, request } from 'node:https';
import { z } from 'zod';
import { parseJson } from './chromium-settings.ts';

/** The page on which NextDNS tells whoever asks whether it is their resolver [P nextdns #955]. */
const page: RequestOptions = { host: 'test.nextdns.io', path: '/' };
const limitMs = 3_000;
const maxBytes = 4096;

const answerSchema = z.looseObject({ status: z.string() });

/** Whether the page's answer says that NextDNS is in use; undefined: not understood. */
export function parseNextDns(text: string): boolean | undefined {
  const parsed = answerSchema.safeParse(parseJson(text));
  return parsed.success ? parsed.data.status === 'ok' : undefined;
}

/** Asks the page, its certificate checked. undefined: no answer. Never throws. */
export function askNextDns(signal: AbortSignal, from: RequestOptions = page): Promise<boolean | undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve(undefined);
      return;
    }
    const asking = request({ ...from, agent: false, signal, timeout: limitMs }, (response) => {
      let text = '';
      response.setEncoding('latin1');
      response.on('data', (part: string) => {
        text += part;
        if (text.length > maxBytes) asking.destroy();
      });
      response.on('end', () => resolve(response.statusCode === 200 ? parseNextDns(text) : undefined));
      response.on('error', () => resolve(undefined));
      response.on('close', () => resolve(undefined));
    });
    const end = setTimeout(() => asking.destroy(), limitMs);
    asking.on('timeout', () => asking.destroy());
    asking.on('error', () => resolve(undefined));
    asking.on('close', () => {
      clearTimeout(end);
      resolve(undefined);
    });
    asking.end();
  });
}
