import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { createPowerCut } from '../../../../agent/platform/linux/power-cut.ts';
import { makeTempFolder, removeTempFolder } from '../../../support/temp-folder.ts';

describe('cutting the power on Linux', () => {
  it('asks the kernel itself first, and the tools only where the machine goes on', async () => {
    // A stand-in for /proc: this machine stays on.
    const kernel = makeTempFolder();
    mkdirSync(join(kernel, 'sys/kernel'), { recursive: true });
    for (const name of ['sys/kernel/sysrq', 'sysrq-trigger']) writeFileSync(join(kernel, name), '0');
    const told: string[] = [];
    const cut = createPowerCut({
      kernel,
      waitMs: 1,
      exec: async (tool, args) => {
        told.push([readFileSync(join(kernel, 'sysrq-trigger'), 'utf8'), tool, ...args].join(' '));
        return { kind: 'missing' };
      },
    });
    await cut();
    expect(readFileSync(join(kernel, 'sys/kernel/sysrq'), 'utf8')).to.equal('1');
    expect(told).to.deep.equal(['o systemctl poweroff --force --force', 'o poweroff -f']);
    removeTempFolder(kernel);
  });
});
