import { z } from 'zod';
import { type Instant, instant } from '../../../shared/instant.ts';
import { accountNameSchema } from '../../../shared/names.ts';
import type { Session } from '../../../shared/report/sessions.ts';
import { readJsonList } from './powershell-json.ts';

/**
 * The sessions API of Windows (WTS), which every edition has, called from
 * PowerShell. In C# 5, which is what the compiler in Windows knows. Classes of
 * WTSQuerySessionInformation: 5 user, 7 domain, 16 protocol, 25 WTSINFOEX.
 */
const wtsSource = [
  'using System;using System.Collections.Generic;using System.ComponentModel;using System.Runtime.InteropServices;',
  'namespace Hometime{public class Row{public int id;public string station;public int state;public string user;',
  'public string domain;public string logon;public int? flags;public int? protocol;}',
  'public static class Wts{',
  '[StructLayout(LayoutKind.Sequential)]public struct Info{public int Id;public IntPtr Station;public int State;}',
  '[StructLayout(LayoutKind.Sequential,CharSet=CharSet.Unicode)]public struct Level1{public int Id;public int State;public int Flags;',
  '[MarshalAs(UnmanagedType.ByValTStr,SizeConst=33)]public string Station;',
  '[MarshalAs(UnmanagedType.ByValTStr,SizeConst=21)]public string User;',
  '[MarshalAs(UnmanagedType.ByValTStr,SizeConst=18)]public string Domain;public long Logon;}',
  '[StructLayout(LayoutKind.Sequential,CharSet=CharSet.Unicode)]public struct InfoEx{public int Level;public Level1 Data;}',
  '[DllImport("wtsapi32.dll",CharSet=CharSet.Unicode,SetLastError=true)]static extern bool WTSEnumerateSessionsW(',
  'IntPtr server,int reserved,int version,out IntPtr list,out int count);',
  '[DllImport("wtsapi32.dll",CharSet=CharSet.Unicode,SetLastError=true)]static extern bool WTSQuerySessionInformationW(',
  'IntPtr server,int id,int what,out IntPtr buffer,out int bytes);',
  '[DllImport("wtsapi32.dll",SetLastError=true)]static extern bool WTSLogoffSession(IntPtr server,int id,bool wait);',
  '[DllImport("wtsapi32.dll")]static extern void WTSFreeMemory(IntPtr memory);',
  'static string Text(int id,int what){IntPtr b;int n;',
  'if(!WTSQuerySessionInformationW(IntPtr.Zero,id,what,out b,out n))return null;',
  'try{return Marshal.PtrToStringUni(b);}finally{WTSFreeMemory(b);}}',
  'static void More(Row r){IntPtr b;int n;if(WTSQuerySessionInformationW(IntPtr.Zero,r.id,25,out b,out n)){try{',
  'if(n>=Marshal.SizeOf(typeof(InfoEx))&&Marshal.ReadInt32(b)==1){InfoEx x=(InfoEx)Marshal.PtrToStructure(b,typeof(InfoEx));',
  'r.logon=x.Data.Logon.ToString();r.flags=x.Data.Flags;}}finally{WTSFreeMemory(b);}}',
  'if(WTSQuerySessionInformationW(IntPtr.Zero,r.id,16,out b,out n)){try{if(n>=2)r.protocol=Marshal.ReadInt16(b);}',
  'finally{WTSFreeMemory(b);}}}',
  'public static Row[] All(){IntPtr p;int n;if(!WTSEnumerateSessionsW(IntPtr.Zero,0,1,out p,out n))throw new Win32Exception();',
  'try{List<Row> rows=new List<Row>();int size=Marshal.SizeOf(typeof(Info));for(int i=0;i<n;i++){',
  'Info s=(Info)Marshal.PtrToStructure(new IntPtr(p.ToInt64()+(long)i*size),typeof(Info));',
  'Row r=new Row();r.id=s.Id;r.state=s.State;r.station=Marshal.PtrToStringUni(s.Station);',
  'r.user=Text(s.Id,5);r.domain=Text(s.Id,7);More(r);rows.Add(r);}return rows.ToArray();}finally{WTSFreeMemory(p);}}',
  'public static int LogOff(int id){return WTSLogoffSession(IntPtr.Zero,id,false)?0:Marshal.GetLastWin32Error();}}}',
].join('');

/** Compiled once in the life of a PowerShell, where warnings would otherwise count as errors. */
const wtsReady = [
  `$ErrorActionPreference='Stop';$ProgressPreference='SilentlyContinue';`,
  `if(-not('Hometime.Wts' -as [type])){Add-Type -IgnoreWarnings -TypeDefinition '${wtsSource}'};`,
].join('');

/** Lists every session as JSON: always an array. */
export const listSessionsScript = `${wtsReady}ConvertTo-Json -Compress -InputObject @([Hometime.Wts]::All())`;

/** Ends one session without waiting for it; gives the error number of Windows, 0 for none. */
export function logOffScript(id: number): string {
  return `${wtsReady}[Hometime.Wts]::LogOff(${id})`;
}

const rowSchema = z.object({
  id: z.int().min(0),
  station: z.string().nullish(),
  state: z.int(),
  /** null: it could not be asked. Empty: nobody has signed in there. */
  user: z.string().nullish(),
  logon: z.string().nullish().catch(null),
  flags: z.int().nullish().catch(null),
  protocol: z.int().nullish().catch(null),
});
type Row = z.infer<typeof rowSchema>;

const rowsSchema = z.array(rowSchema);

/** The services' own session: nobody can sign in to it. */
const servicesId = 0;
const listening = 6;

/**
 * The people in the script's JSON, or why it cannot be trusted. "Nobody"
 * needs the services' session in the list: Windows always has it.
 */
export function parseWtsRows(text: string): Session[] | 'not-understood' | 'not-told' {
  const rows = rowsSchema.safeParse(readJsonList(text));
  if (!rows.success) return 'not-understood';
  const sessions: Session[] = [];
  for (const row of rows.data) {
    if (row.id === servicesId || row.state === listening) continue;
    if (row.user === null || row.user === undefined) return 'not-told';
    if (row.user === '') continue;
    const person = accountNameSchema.safeParse(row.user);
    if (!person.success) return 'not-understood';
    sessions.push(toSession(row, person.data));
  }
  const isWhole = sessions.length > 0 || rows.data.some((row) => row.id === servicesId);
  return isWhole ? sessions : 'not-understood';
}

function toSession(row: Row, person: string): Session {
  return {
    id: String(row.id),
    person,
    where: whereOf(row.station ?? '', row.protocol ?? null),
    since: ofFileTime(row.logon ?? ''),
    activity: activityOf(row.state),
    locked: row.flags === 0 ? true : row.flags === 1 ? false : null,
  };
}

/** The station's name and the protocol are the same in every language; a disconnected session has neither. */
export function whereOf(station: string, protocol: number | null): Session['where'] {
  if (/^(rdp|ica)-/i.test(station) || protocol === 1 || protocol === 2) return 'remote';
  return /^console$/i.test(station) ? 'graphical' : 'unknown';
}

function activityOf(state: number): Session['activity'] {
  if (state === 0 || state === 3) return 'active';
  return state === 4 ? 'disconnected' : 'unknown';
}

/** 100 nanoseconds since 1601, as digits: too large for a number. */
function ofFileTime(digits: string): Instant | null {
  if (!/^\d{17,19}$/.test(digits)) return null;
  const ms = Number(BigInt(digits) / 10_000n) - 11_644_473_600_000;
  return ms > 0 && ms < Date.UTC(2200, 0) ? instant(ms) : null;
}
