#!/usr/bin/env node
import { createRequire } from 'node:module';
import { prepare } from './prepare.mjs';
import { runScript } from './step.mjs';

// Where this computer's folder is new or has changed, it is made ready first; that speaks on standard error only.
await runScript(async () => {
  await prepare();
  createRequire(import.meta.url)('../dist/hometime-agent.cjs');
});
