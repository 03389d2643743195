import { after } from 'mocha';
import { makeVm, type Vm } from './vm.ts';
import { createDisks } from './vm-disks.ts';
import { type Looker, startLooker } from './vm-looker.ts';

interface Shared {
  vm: Vm;
  looker: Looker;
  disks: ReturnType<typeof createDisks>;
}

let shared: Promise<Shared> | undefined;

/** One machine for all files that leave its disks blank again: to take it up and to load the agent takes a quarter of a minute. */
export function sharedVm(): Promise<Shared> {
  shared ??= (async () => {
    const vm = await makeVm();
    return { vm, disks: createDisks(vm), looker: await startLooker(vm) };
  })();
  return shared;
}

after(async () => {
  await (await shared?.catch(() => undefined))?.vm.remove();
});
