import type { Hosts } from './hosts.ts';
import type { ChooseKeys } from './level-edit.ts';

/** "https://app.famly.co", or inside another site's page "https://app.famly.co/^0https://other.example". */
const afterPrefix = (key: string, prefix: string) => (key.startsWith(prefix) ? key.slice(prefix.length) : undefined);

/** Of a Chromium's local storage: what an origin keeps (`_ORIGIN 00 KEY`), and what is noted of it (`META:`, `METAACCESS:`). */
export const localStorageKeys =
  (hosts: Hosts): ChooseKeys =>
  () =>
  (key) => {
    const origin =
      afterPrefix(key, 'METAACCESS:') ?? afterPrefix(key, 'META:') ?? afterPrefix(key, '_')?.split('\0')[0];
    return origin !== undefined && hosts.isMeantOrigin(origin);
  };

/**
 * Of its session storage: each tab's name for an origin (`namespace-ID-ORIGIN/`, whose
 * value is a number) and what is kept under that number (`map-NUMBER-KEY`).
 */
export const sessionStorageKeys =
  (hosts: Hosts): ChooseKeys =>
  (entries) => {
    const maps = new Set<string>();
    const isTab = (key: string) => hosts.isMeantOrigin(/^namespace-.*?-(https?:.*)$/s.exec(key)?.[1] ?? '');
    for (const [key, value] of entries) if (isTab(key)) maps.add(Buffer.from(value).toString('latin1'));
    return (key) => isTab(key) || maps.has(/^map-(\d+)-/.exec(key)?.[1] ?? '');
  };

/** Of its service workers: registrations (`REG:ORIGIN 00 NUMBER`), and what they keep by their numbers. */
export const serviceWorkerKeys =
  (hosts: Hosts): ChooseKeys =>
  (entries) => {
    const numbers = new Set<string>();
    const registration = (key: string) => {
      const [origin = '', number] = (afterPrefix(key, 'REG:') ?? '').split('\0');
      return hosts.isMeantOrigin(origin) ? (number ?? '') : undefined;
    };
    for (const key of entries.keys()) {
      const number = registration(key);
      if (number !== undefined) numbers.add(number);
    }
    return (key) => {
      if (registration(key) !== undefined) return true;
      if (hosts.isMeantOrigin(afterPrefix(key, 'INITDATA_UNIQUE_ORIGIN:') ?? '')) return true;
      const [ofNumber] = (afterPrefix(key, 'REGID_TO_ORIGIN:') ?? afterPrefix(key, 'REG_USER_DATA:') ?? '').split('\0');
      const [, number] = (afterPrefix(key, 'REG_HAS_USER_DATA:') ?? '').split('\0');
      return numbers.has(ofNumber ?? '') || numbers.has(number ?? '');
    };
  };
