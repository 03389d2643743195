import type { PowerShell } from './powershell.ts';

const machine = 'HKLM:\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion';

/**
 * Signs that Windows installs something at this moment, 1 or 0 each: what Windows Update's own installer says, the
 * keys that stand while updates are put in during a restart and while a program is installed [K]. Each that fails is 0.
 */
export const busyScript = [
  '$b=0;try{if((New-Object -ComObject Microsoft.Update.Installer).IsBusy){$b=1}}catch{};',
  `foreach($k in 'Component Based Servicing\\RebootInProgress','Installer\\InProgress'){`,
  `try{if(Test-Path -LiteralPath ('${machine}\\'+$k)){$b=1}}catch{}};[string]$b`,
].join('');

/**
 * Whether the device had better not be disturbed. A restart that is only waited for is no reason: it may be waited for
 * for weeks. Whether Windows shuts down is not told to a service in time. What cannot be asked counts as no.
 */
export function createIsBusy(powershell: PowerShell) {
  return async (): Promise<boolean> => {
    const answer = await powershell.ask(busyScript);
    return answer.kind === 'answer' && answer.text.trim() === '1';
  };
}
