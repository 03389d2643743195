import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { nativeReady } from '../../../../agent/platform/windows/native.ts';
import { skipUnless } from '../../../support/skip.ts';
import { makeTempFolder, removeTempFolder } from '../../../support/temp-folder.ts';

const source = /-TypeDefinition '([^']*)'\};$/.exec(nativeReady)?.[1] ?? '';

/** Where Windows puts each part on 64 bits (wtsapi32.h): pointers of 8 bytes, and times on a boundary of 8. */
const layout = `
using System; using System.Runtime.InteropServices; using Hometime;
public static class Layout { public static void Main() {
  Type whole = typeof(Wts.InfoEx), level = typeof(Wts.Level1), row = typeof(Wts.Info);
  Console.Write(string.Join(" ", new object[] {
    Marshal.OffsetOf(whole, "Data"), Marshal.OffsetOf(level, "Flags"), Marshal.OffsetOf(level, "Station"),
    Marshal.OffsetOf(level, "User"), Marshal.OffsetOf(level, "Domain"), Marshal.OffsetOf(level, "Logon"),
    Marshal.OffsetOf(row, "Station"), Marshal.OffsetOf(row, "State"), Marshal.SizeOf(row) }));
} }`;

describe('the C# for what only the interfaces of Windows tell', () => {
  let folder: string | undefined;

  before(function () {
    skipUnless(this, 'mcs', 'mono');
    folder = makeTempFolder();
    writeFileSync(join(folder, 'native.cs'), source);
    writeFileSync(join(folder, 'layout.cs'), layout);
  });

  after(() => {
    if (folder !== undefined) removeTempFolder(folder);
  });

  function run(program: string, ...args: string[]) {
    const { status, stdout, stderr } = spawnSync(program, args, { cwd: folder, encoding: 'utf8', timeout: 60_000 });
    return { status, said: `${stdout}${stderr}` };
  }
  const compile = (...args: string[]) => run('mcs', '-langversion:5', ...args);

  it('compiles as C# 5, which is what Windows PowerShell can compile, without a warning', function () {
    this.timeout(60_000);
    expect(compile('-target:library', '-warn:4', '-warnaserror', '-out:native.dll', 'native.cs')).to.deep.equal({
      status: 0,
      said: '',
    });
  });

  it('lays out what Windows writes just as Windows does', function () {
    this.timeout(60_000);
    expect(compile('-out:layout.exe', 'layout.cs', 'native.cs')).to.deep.equal({ status: 0, said: '' });
    expect(run('mono', 'layout.exe')).to.deep.equal({ status: 0, said: '8 8 12 78 120 160 8 16 24' });
  });
});

describe('the script that carries it', () => {
  it('is one line of ASCII, and the C# ends at no quote within it', () => {
    expect(nativeReady).to.match(/^[\x20-\x7e]+$/);
    expect(source).to.match(/^using System;.*\}$/);
    expect(nativeReady.split("'")).to.have.length(9);
  });
});
