#!/usr/bin/env node
import { prepare } from './prepare.mjs';
import { runScript } from './step.mjs';

// Where this computer's folder is new or has changed, it is made ready first; that speaks on standard error only.
await runScript(async () => {
  await prepare();
  await import('../dist/server/main.js');
});
