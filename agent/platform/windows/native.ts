/**
 * What only the interfaces of Windows itself tell, in C# 5, which is what the
 * compiler in Windows knows. From documentation; never run on Windows by us.
 *
 * - `Wts.All`: every session (WTSQuerySessionInformation 5 user, 7 domain, 16
 *   protocol, 25 WTSINFOEX). With `owners`, the account's SID and whether its token
 *   holds the group of administrators too: enabled, or kept back by User Account
 *   Control ("deny only"). A token holds groups in groups, also those of a domain.
 *   Another session's token is given to the system's own account only.
 * - `Wts.Show`: puts a text on the screen of a session (WTSSendMessage), and does not wait for it to be read.
 * - `Wts.Administrators`: the SIDs in that group (S-1-5-32-544), however it is called
 *   in the system's language, and of accounts that are gone too.
 * - `Devices.Present`: the identifiers of the devices of one class that are attached now.
 *   Windows' management service tells the same after looking through all there are.
 * - `Power.Lock`: seconds until sleep, and whether waking asks for the password,
 *   each on mains and on battery, in the power plan in use; then whether the hardware can
 *   sleep at all: SYSTEM_POWER_CAPABILITIES has S1, S2 and S3 in bytes 3 to 5, and Modern
 *   Standby (AoAc) in byte 20.
 *
 * DANGER: it stands between single quotes of PowerShell: none may be in it.
 */
const source = [
  'using System;using System.Collections.Generic;using System.ComponentModel;using System.Diagnostics;',
  'using System.Runtime.InteropServices;using System.Security.Claims;using System.Security.Principal;',
  'namespace Hometime{public class Row{public int id;public string station;public int state;public string user;',
  'public string domain;public string host;public string logon;public int? flags;public int? protocol;',
  'public string sid;public int? admin;}',
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
  '[DllImport("wtsapi32.dll",CharSet=CharSet.Unicode,SetLastError=true)]static extern bool WTSSendMessageW(IntPtr server,int id,',
  'string title,int titleBytes,string text,int textBytes,int style,int seconds,out int answer,bool wait);',
  '[DllImport("wtsapi32.dll",SetLastError=true)]static extern bool WTSQueryUserToken(int id,out IntPtr token);',
  '[DllImport("wtsapi32.dll")]static extern void WTSFreeMemory(IntPtr memory);',
  '[DllImport("kernel32.dll")]static extern bool CloseHandle(IntPtr handle);',
  '[DllImport("netapi32.dll",CharSet=CharSet.Unicode)]static extern int NetLocalGroupGetMembers(string server,string group,',
  'int level,out IntPtr list,int most,out int count,out int total,IntPtr resume);',
  '[DllImport("netapi32.dll")]static extern int NetApiBufferFree(IntPtr memory);',
  'const string Group="S-1-5-32-544";',
  'static string Text(int id,int what){IntPtr b;int n;',
  'if(!WTSQuerySessionInformationW(IntPtr.Zero,id,what,out b,out n))return null;',
  'try{return Marshal.PtrToStringUni(b);}finally{WTSFreeMemory(b);}}',
  'static void More(Row r){IntPtr b;int n;if(WTSQuerySessionInformationW(IntPtr.Zero,r.id,25,out b,out n)){try{',
  'if(n>=Marshal.SizeOf(typeof(InfoEx))&&Marshal.ReadInt32(b)==1){InfoEx x=(InfoEx)Marshal.PtrToStructure(b,typeof(InfoEx));',
  'r.logon=x.Data.Logon.ToString();r.flags=x.Data.Flags;}}finally{WTSFreeMemory(b);}}',
  'if(WTSQuerySessionInformationW(IntPtr.Zero,r.id,16,out b,out n)){try{if(n>=2)r.protocol=Marshal.ReadInt16(b);}',
  'finally{WTSFreeMemory(b);}}}',
  'static void Take(Row r,WindowsIdentity w){r.sid=w.User.Value;r.admin=0;',
  'foreach(Claim c in w.Claims){if(c.Value==Group)r.admin=1;}}',
  'static void Owner(Row r){if(r.id==0||string.IsNullOrEmpty(r.user))return;IntPtr t;if(WTSQueryUserToken(r.id,out t)){',
  'try{using(WindowsIdentity w=new WindowsIdentity(t)){Take(r,w);}}finally{CloseHandle(t);}return;}',
  'using(WindowsIdentity me=WindowsIdentity.GetCurrent()){if(Process.GetCurrentProcess().SessionId==r.id',
  '&&string.Equals(me.Name,r.domain+(char)92+r.user,StringComparison.OrdinalIgnoreCase)){Take(r,me);return;}}',
  // Only an account of this device: its name is asked of the device itself, a domain's of a server that may be far.
  'if(!string.Equals(r.domain,r.host,StringComparison.OrdinalIgnoreCase))return;',
  'try{r.sid=new NTAccount(r.domain,r.user).Translate(typeof(SecurityIdentifier)).Value;}catch(SystemException){}}',
  'public static Row[] All(bool owners){IntPtr p;int n;',
  'if(!WTSEnumerateSessionsW(IntPtr.Zero,0,1,out p,out n))throw new Win32Exception();',
  'try{List<Row> rows=new List<Row>();int size=Marshal.SizeOf(typeof(Info));for(int i=0;i<n;i++){',
  'Info s=(Info)Marshal.PtrToStructure(new IntPtr(p.ToInt64()+(long)i*size),typeof(Info));',
  'Row r=new Row();r.id=s.Id;r.state=s.State;r.station=Marshal.PtrToStringUni(s.Station);r.host=Environment.MachineName;',
  'r.user=Text(s.Id,5);r.domain=Text(s.Id,7);if(owners)Owner(r);else More(r);rows.Add(r);}',
  'return rows.ToArray();}finally{WTSFreeMemory(p);}}',
  'public static string[] Administrators(){',
  'string name=((NTAccount)new SecurityIdentifier(Group).Translate(typeof(NTAccount))).Value;',
  'IntPtr b;int n,all;int e=NetLocalGroupGetMembers(null,name.Substring(name.IndexOf((char)92)+1),0,out b,-1,out n,out all,IntPtr.Zero);',
  'if(e!=0)throw new Win32Exception(e);try{string[] found=new string[n];',
  'for(int i=0;i<n;i++)found[i]=new SecurityIdentifier(Marshal.ReadIntPtr(b,i*IntPtr.Size)).Value;return found;}',
  'finally{NetApiBufferFree(b);}}',
  // A box with one button and the sign for information, before all others; it stays until it is read.
  'public static int Show(int id,string title,string text){int a;return WTSSendMessageW(IntPtr.Zero,id,title,title.Length*2,',
  'text,text.Length*2,0x11040,0,out a,false)?0:Marshal.GetLastWin32Error();}',
  'public static int LogOff(int id){return WTSLogoffSession(IntPtr.Zero,id,false)?0:Marshal.GetLastWin32Error();}}',
  'public static class Devices{',
  '[DllImport("cfgmgr32.dll",CharSet=CharSet.Unicode)]static extern int CM_Get_Device_ID_List_SizeW(out uint size,string filter,uint how);',
  '[DllImport("cfgmgr32.dll",CharSet=CharSet.Unicode)]static extern int CM_Get_Device_ID_ListW(string filter,[Out]char[] list,uint size,uint how);',
  'public static string[] Present(string filter){uint n;if(CM_Get_Device_ID_List_SizeW(out n,filter,0x300)!=0)throw new Win32Exception();',
  'char[] all=new char[n];if(CM_Get_Device_ID_ListW(filter,all,n,0x300)!=0)throw new Win32Exception();',
  'return new string(all).Split(new char[]{(char)0},StringSplitOptions.RemoveEmptyEntries);}}',
  'public static class Power{',
  '[DllImport("powrprof.dll")]static extern int PowerGetActiveScheme(IntPtr root,out IntPtr plan);',
  '[DllImport("powrprof.dll")]static extern int PowerReadACValueIndex(IntPtr root,IntPtr plan,ref Guid group,ref Guid what,out uint value);',
  '[DllImport("powrprof.dll")]static extern int PowerReadDCValueIndex(IntPtr root,IntPtr plan,ref Guid group,ref Guid what,out uint value);',
  '[DllImport("powrprof.dll")][return:MarshalAs(UnmanagedType.U1)]static extern bool GetPwrCapabilities([Out]byte[] all);',
  '[DllImport("kernel32.dll")]static extern IntPtr LocalFree(IntPtr memory);',
  'static void Read(IntPtr plan,string group,string what,long[] all,int at){Guid g=new Guid(group),w=new Guid(what);uint v;',
  'if(PowerReadACValueIndex(IntPtr.Zero,plan,ref g,ref w,out v)!=0)throw new Win32Exception();all[at]=v;',
  'if(PowerReadDCValueIndex(IntPtr.Zero,plan,ref g,ref w,out v)!=0)throw new Win32Exception();all[at+1]=v;}',
  'public static long[] Lock(){IntPtr plan;if(PowerGetActiveScheme(IntPtr.Zero,out plan)!=0)throw new Win32Exception();',
  'try{long[] all=new long[5];byte[] can=new byte[256];if(!GetPwrCapabilities(can))throw new Win32Exception();',
  'all[4]=(can[3]|can[4]|can[5]|can[20])!=0?1:0;',
  'Read(plan,"238c9fa8-0aad-41ed-83f4-97be242c8f20","29f6c1db-86da-48c5-9fdb-f2b67b1f44da",all,0);',
  'Read(plan,"fea3413e-7e05-4911-9a71-700331f1c294","0e796bdb-100d-47d6-a2d5-f7d2daa51f51",all,2);',
  'return all;}finally{LocalFree(plan);}}}}',
].join('');

/**
 * The beginning of a script that uses them. Compiled once in the life of a
 * PowerShell, where warnings would otherwise count as errors.
 */
export const nativeReady = [
  `$ErrorActionPreference='Stop';$ProgressPreference='SilentlyContinue';`,
  `if(-not('Hometime.Wts' -as [type])){Add-Type -IgnoreWarnings -TypeDefinition '${source}'};`,
].join('');
