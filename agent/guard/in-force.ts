import type { DeviceRules } from '../../shared/policy/device-rules.ts';
import type { SettingsHolder } from './settings-holder.ts';

/** What the rules ask of the guard, as they stand at the moment of asking. */
export interface InForce {
  rules(): DeviceRules | undefined;
  /** Whether a warning may end in a block. */
  mayBlock(): boolean;
  warningMs(): number;
}

/** Without rules, as the settings have it by default. */
const warningMinutes = 10;

export function createInForce({
  settings,
  observeMode,
}: {
  settings: Pick<SettingsHolder, 'current'>;
  observeMode: boolean;
}): InForce {
  const rules = () => settings.current().rules;
  return {
    rules,
    mayBlock: () => !observeMode && rules()?.switches.offSite.guard !== 'warn-only',
    warningMs: () => (rules()?.switches.offSite.warningMinutes ?? warningMinutes) * 60_000,
  };
}
