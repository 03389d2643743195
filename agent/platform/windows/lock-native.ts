/**
 * What only the interfaces of Windows itself can do for the lock, in C# 5: a local group, and the rights that are
 * denied to it (LSA). From documentation; never run on Windows by us. Beside `native.ts`, because it is needed seldom.
 *
 * - `Deny`: makes the group if there is none, gives it exactly these members, and denies it every sign-in: at the
 *   device, from afar, and over the network. Entries of others for these rights are not touched.
 * - `Allow`: takes exactly that back, and the group away. What is gone already is no fault.
 * - `Find`: the group's SID, or null. `Members`: the SIDs in it. `Holders`: the SIDs to whom a right is given.
 *
 * DANGER: it stands between single quotes of PowerShell: none may be in it.
 */
const source = [
  'using System;using System.ComponentModel;using System.Runtime.InteropServices;',
  'using System.Security.Principal;using System.Text;namespace Hometime{public static class Lock{',
  '[StructLayout(LayoutKind.Sequential)]public struct Words{public ushort Length;public ushort Most;public IntPtr Buffer;}',
  '[StructLayout(LayoutKind.Sequential)]public struct How{public int Length;public IntPtr Root;public IntPtr Name;public int Flags;',
  'public IntPtr Descriptor;public IntPtr Quality;}',
  '[StructLayout(LayoutKind.Sequential,CharSet=CharSet.Unicode)]public struct About{public string Name;public string Comment;}',
  '[DllImport("advapi32.dll")]static extern int LsaOpenPolicy(IntPtr system,ref How how,uint access,out IntPtr policy);',
  '[DllImport("advapi32.dll")]static extern int LsaAddAccountRights(IntPtr policy,byte[] sid,Words[] rights,int count);',
  '[DllImport("advapi32.dll")]static extern int LsaRemoveAccountRights(IntPtr policy,byte[] sid,',
  '[MarshalAs(UnmanagedType.U1)]bool all,Words[] rights,int count);',
  '[DllImport("advapi32.dll")]static extern int LsaEnumerateAccountsWithUserRight(IntPtr policy,ref Words right,out IntPtr list,out int count);',
  '[DllImport("advapi32.dll")]static extern int LsaFreeMemory(IntPtr memory);',
  '[DllImport("advapi32.dll")]static extern int LsaClose(IntPtr policy);',
  '[DllImport("advapi32.dll")]static extern int LsaNtStatusToWinError(int status);',
  '[DllImport("advapi32.dll",CharSet=CharSet.Unicode,SetLastError=true)]static extern bool LookupAccountNameW(string system,string name,',
  'byte[] sid,ref int bytes,StringBuilder domain,ref int letters,out int use);',
  '[DllImport("netapi32.dll",CharSet=CharSet.Unicode)]static extern int NetLocalGroupAdd(string server,int level,ref About group,IntPtr at);',
  '[DllImport("netapi32.dll",CharSet=CharSet.Unicode)]static extern int NetLocalGroupDel(string server,string group);',
  '[DllImport("netapi32.dll",CharSet=CharSet.Unicode)]static extern int NetLocalGroupSetMembers(string server,string group,int level,IntPtr[] sids,int count);',
  '[DllImport("netapi32.dll",CharSet=CharSet.Unicode)]static extern int NetLocalGroupGetMembers(string server,string group,',
  'int level,out IntPtr list,int most,out int count,out int total,IntPtr resume);',
  '[DllImport("netapi32.dll")]static extern int NetApiBufferFree(IntPtr memory);',
  // No such account in the policy; no more entries: nobody holds the right.
  'const int NoName=unchecked((int)0xC0000034),NoMore=unchecked((int)0x8000001A);',
  'static readonly string[] Rights={"SeDenyInteractiveLogonRight","SeDenyRemoteInteractiveLogonRight","SeDenyNetworkLogonRight"};',
  'static void Check(int status){if(status!=0)throw new Win32Exception(LsaNtStatusToWinError(status));}',
  // To read, to make an account in the policy, to look names up.
  'static IntPtr Open(){How how=new How();how.Length=Marshal.SizeOf(typeof(How));IntPtr p;Check(LsaOpenPolicy(IntPtr.Zero,ref how,0x811,out p));return p;}',
  'static Words Make(string word){Words t=new Words();t.Length=(ushort)(word.Length*2);t.Most=(ushort)(t.Length+2);',
  't.Buffer=Marshal.StringToHGlobalUni(word);return t;}',
  'static Words[] All(){return Array.ConvertAll<string,Words>(Rights,Make);}',
  'static void Free(Words[] all){foreach(Words t in all)Marshal.FreeHGlobal(t.Buffer);}',
  'static byte[] Bytes(string sid){SecurityIdentifier s=new SecurityIdentifier(sid);byte[] b=new byte[s.BinaryLength];s.GetBinaryForm(b,0);return b;}',
  // 1332: no such account.
  'public static string Find(string group){byte[] b=new byte[256];int n=b.Length,d=256,use;StringBuilder s=new StringBuilder(d);',
  'if(LookupAccountNameW(null,Environment.MachineName+(char)92+group,b,ref n,s,ref d,out use))return new SecurityIdentifier(b,0).Value;',
  'int e=Marshal.GetLastWin32Error();if(e==1332)return null;throw new Win32Exception(e);}',
  'static string Sid(string group){string s=Find(group);if(s==null)throw new Win32Exception(1332);return s;}',
  'public static string[] Holders(string right){IntPtr p=Open();Words t=Make(right);try{IntPtr b;int n;',
  'int s=LsaEnumerateAccountsWithUserRight(p,ref t,out b,out n);if(s==NoMore)return new string[0];Check(s);',
  'try{return Read(b,n);}finally{LsaFreeMemory(b);}}finally{Marshal.FreeHGlobal(t.Buffer);LsaClose(p);}}',
  'static string[] Read(IntPtr list,int count){string[] found=new string[count];',
  'for(int i=0;i<count;i++)found[i]=new SecurityIdentifier(Marshal.ReadIntPtr(list,i*IntPtr.Size)).Value;return found;}',
  'public static string[] Members(string group){IntPtr b;int n,all;int e=NetLocalGroupGetMembers(null,group,0,out b,-1,out n,out all,IntPtr.Zero);',
  'if(e!=0)throw new Win32Exception(e);try{return Read(b,n);}finally{NetApiBufferFree(b);}}',
  'static void Fill(string group,string[] sids){IntPtr[] all=new IntPtr[sids.Length];try{for(int i=0;i<all.Length;i++){',
  'byte[] b=Bytes(sids[i]);all[i]=Marshal.AllocHGlobal(b.Length);Marshal.Copy(b,0,all[i],b.Length);}',
  'int e=NetLocalGroupSetMembers(null,group,0,all,all.Length);if(e!=0)throw new Win32Exception(e);}',
  'finally{foreach(IntPtr p in all)Marshal.FreeHGlobal(p);}}',
  'public static void Deny(string group,string about,string[] sids){About a=new About();a.Name=group;a.Comment=about;',
  // There already, in either of Windows own numbers.
  'int e=NetLocalGroupAdd(null,1,ref a,IntPtr.Zero);if(e!=0&&e!=1379&&e!=2223)throw new Win32Exception(e);Fill(group,sids);',
  'IntPtr p=Open();Words[] all=All();try{Check(LsaAddAccountRights(p,Bytes(Sid(group)),all,all.Length));}finally{Free(all);LsaClose(p);}}',
  'public static void Allow(string group){string sid=Find(group);if(sid==null)return;',
  'IntPtr p=Open();Words[] all=All();try{int s=LsaRemoveAccountRights(p,Bytes(sid),false,all,all.Length);if(s!=NoName)Check(s);}',
  'finally{Free(all);LsaClose(p);}int e=NetLocalGroupDel(null,group);if(e!=0&&e!=1376&&e!=2220)throw new Win32Exception(e);}}}',
].join('');

/** The beginning of a script that uses them; after `$ErrorActionPreference` is set. */
export const lockReady = `if(-not('Hometime.Lock' -as [type])){Add-Type -IgnoreWarnings -TypeDefinition '${source}'};`;
