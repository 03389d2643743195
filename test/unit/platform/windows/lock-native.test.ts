import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { lockReady } from '../../../../agent/platform/windows/lock-native.ts';
import { skipUnless } from '../../../support/skip.ts';
import { makeTempFolder, removeTempFolder } from '../../../support/temp-folder.ts';

const source = /-TypeDefinition '([^']*)'\};$/.exec(lockReady)?.[1] ?? '';

/**
 * A stand-in for the interfaces of Windows that keeps one group and what is denied to it, by the layouts of Microsoft's
 * documentation (ntsecapi.h, lmaccess.h). Guests (S-1-5-32-546) hold the first right already.
 */
const windows = `
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
typedef uint16_t W; typedef struct { uint16_t length, most; W *buffer; } Words; typedef struct { W *name, *comment; } About;
typedef struct { uint32_t length; void *root, *name; uint32_t flags; void *descriptor, *quality; } How;
static const uint8_t own[28] = {1,5,0,0,0,0,0,5,21,0,0,0,1,0,0,0,2,0,0,0,3,0,0,0,242,3,0,0};
static const uint8_t guests[16] = {1,2,0,0,0,0,0,5,32,0,0,0,34,2,0,0};
static int exists, count, held[3]; static uint8_t *members[99];
static int same(const W *one, int letters, const char *other) {
  if ((int)strlen(other) != letters) return 0;
  for (int i = 0; i < letters; i++) if (one[i] != (W)other[i]) return 0;
  return 1; }
static int length(const W *text) { int n = 0; while (text[n]) n++; return n; }
static int is_group(const W *name) { return same(name, length(name), "Locked"); }
static int which(const Words *word) {
  const char *all[] = {"SeDenyInteractiveLogonRight", "SeDenyRemoteInteractiveLogonRight", "SeDenyNetworkLogonRight"};
  for (int i = 0; i < 3; i++) if (word->length % 2 == 0 && same(word->buffer, word->length / 2, all[i])) return i;
  return -1; }
static int size(const uint8_t *sid) { return 8 + 4 * sid[1]; }
static uint8_t *copy(const uint8_t *sid) { uint8_t *made = malloc(size(sid)); memcpy(made, sid, size(sid)); return made; }
int LsaOpenPolicy(void *system, How *how, uint32_t access, void **policy) {
  if (system || how->length != 48 || access != 0x811) return 0xC000000D;
  *policy = &exists; return 0; }
int LsaClose(void *policy) { return policy == &exists ? 0 : 0xC0000008; }
int LsaFreeMemory(void *memory) { free(memory); return 0; }
int LsaNtStatusToWinError(int status) { return status == (int)0xC000000D ? 87 : 5; }
int LsaAddAccountRights(void *policy, uint8_t *sid, Words *rights, int n) {
  if (policy != &exists || memcmp(sid, own, 28) || n != 3) return 0xC000000D;
  for (int i = 0; i < n; i++) { if (which(rights + i) < 0) return 0xC000000D; held[which(rights + i)] = 1; }
  return 0; }
int LsaRemoveAccountRights(void *policy, uint8_t *sid, uint8_t all, Words *rights, int n) {
  if (policy != &exists || memcmp(sid, own, 28) || all || n != 3) return 0xC000000D;
  if (!held[0] && !held[1] && !held[2]) return 0xC0000034;
  for (int i = 0; i < n; i++) { if (which(rights + i) < 0) return 0xC000000D; held[which(rights + i)] = 0; }
  return 0; }
int LsaEnumerateAccountsWithUserRight(void *policy, Words *right, void **list, int *n) {
  int at = which(right); if (policy != &exists || at < 0) return 0xC000000D;
  void **found = malloc(16); *n = 0;
  if (at == 0) found[(*n)++] = copy(guests);
  if (held[at]) found[(*n)++] = copy(own);
  *list = found; return *n == 0 ? (int)0x8000001A : 0; }
int LookupAccountNameW(W *system, W *name, uint8_t *sid, int *bytes, W *domain, int *letters, int *use) {
  int n = length(name), slash = 0; for (int i = 0; i < n; i++) if (name[i] == 92) slash = i;
  if (system || *bytes < 28 || *letters < 16 || !slash || !exists || !is_group(name + slash + 1)) { errno = 1332; return 0; }
  memcpy(sid, own, 28); *bytes = 28; *use = 4; domain[0] = 0; return 1; }
int NetLocalGroupAdd(W *server, int level, About *group, void *at) {
  if (server || level != 1 || at || !is_group(group->name) || !same(group->comment, 3, "why")) return 87;
  if (exists) return 1379;
  exists = 1; return 0; }
int NetLocalGroupDel(W *server, W *group) { if (!exists || !is_group(group)) return 2220; exists = count = 0; return 0; }
int NetLocalGroupSetMembers(W *server, W *group, int level, uint8_t **sids, int n) {
  if (server || level != 0 || !exists || !is_group(group)) return 2220;
  for (int i = 0; i < n; i++) members[i] = copy(sids[i]);
  count = n; return 0; }
int NetLocalGroupGetMembers(W *server, W *group, int level, void **list, int most, int *n, int *total, void *resume) {
  if (!exists || !is_group(group)) return 2220;
  void **found = malloc(8 * 99); for (int i = 0; i < count; i++) found[i] = members[i];
  *list = found; *n = *total = count; return 0; }
int NetApiBufferFree(void *memory) { free(memory); return 0; }
`;

const life = `
using System; using Hometime;
public static class Life {
  static void Tell(string what) {
    string sid = Lock.Find("Locked");
    Console.WriteLine(what + ": " + (sid ?? "no group") + " [" + (sid == null ? "" : string.Join(" ", Lock.Members("Locked"))) + "] "
      + string.Join(" | ", Array.ConvertAll<string, string>(new string[] { "SeDenyInteractiveLogonRight",
        "SeDenyRemoteInteractiveLogonRight", "SeDenyNetworkLogonRight" }, r => string.Join(" ", Lock.Holders(r)))));
  }
  public static void Main() {
    Tell("before"); Lock.Allow("Locked"); Tell("released before");
    Lock.Deny("Locked", "why", new string[] { "S-1-5-21-1-2-3-1001", "S-1-5-21-1-2-3-500" }); Tell("locked");
    Lock.Deny("Locked", "why", new string[] { "S-1-5-21-1-2-3-1002" }); Tell("again");
    Lock.Allow("Locked"); Tell("released");
    Lock.Deny("Locked", "why", new string[0]); Tell("nobody"); Lock.Allow("Locked"); Lock.Allow("Locked"); Tell("released twice");
    try { Lock.Members("Locked"); } catch (System.ComponentModel.Win32Exception e) { Console.WriteLine(e.NativeErrorCode); }
  }
}`;

describe('the C# of the lock', () => {
  let folder: string | undefined;

  before(function () {
    skipUnless(this, 'mcs', 'mono', 'gcc');
    folder = makeTempFolder();
    writeFileSync(join(folder, 'lock.cs'), source);
    writeFileSync(join(folder, 'life.cs'), life);
    writeFileSync(join(folder, 'windows.c'), windows);
    const maps = ['advapi32.dll', 'netapi32.dll'].map(
      (name) => `<dllmap dll="${name}" target="${folder}/libwindows.so"/>`,
    );
    writeFileSync(join(folder, 'life.exe.config'), `<configuration>${maps.join('')}</configuration>`);
  });

  after(() => {
    if (folder !== undefined) removeTempFolder(folder);
  });

  function run(program: string, ...args: string[]) {
    const { status, stdout, stderr } = spawnSync(program, args, { cwd: folder, encoding: 'utf8', timeout: 60_000 });
    return { status, said: `${stdout}${stderr}` };
  }

  it('is one line of ASCII, and compiles as C# 5 without a warning', function () {
    this.timeout(60_000);
    expect(source).to.match(/^using System;[\x20-\x7e]*\}$/);
    const compiled = run(
      'mcs',
      '-langversion:5',
      '-target:library',
      '-warn:4',
      '-warnaserror',
      '-out:lock.dll',
      'lock.cs',
    );
    expect(compiled).to.deep.equal({ status: 0, said: '' });
  });

  it('denies a group three sign-ins beside what others are denied, again without harm, and takes exactly that back', function () {
    this.timeout(60_000);
    expect(run('gcc', '-shared', '-fPIC', '-o', 'libwindows.so', 'windows.c')).to.deep.equal({ status: 0, said: '' });
    expect(run('mcs', '-langversion:5', '-out:life.exe', 'life.cs', 'lock.cs')).to.deep.equal({ status: 0, said: '' });
    const { said } = run('mono', 'life.exe');
    const [guests, own, one] = ['S-1-5-32-546', 'S-1-5-21-1-2-3-1010', 'S-1-5-21-1-2-3'];
    expect(said.trim().split('\n')).to.deep.equal([
      `before: no group [] ${guests} |  | `,
      `released before: no group [] ${guests} |  | `,
      `locked: ${own} [${one}-1001 ${one}-500] ${guests} ${own} | ${own} | ${own}`,
      `again: ${own} [${one}-1002] ${guests} ${own} | ${own} | ${own}`,
      `released: no group [] ${guests} |  | `,
      `nobody: ${own} [] ${guests} ${own} | ${own} | ${own}`,
      `released twice: no group [] ${guests} |  | `,
      '2220',
    ]);
  });
});
