import { Menu, useMantineColorScheme } from '@mantine/core';
import { IconCheck, IconDeviceDesktop, IconMoon, IconSun } from '@tabler/icons-react';

const choices = [
  { scheme: 'auto', label: 'As on this computer', Icon: IconDeviceDesktop },
  { scheme: 'light', label: 'Light', Icon: IconSun },
  { scheme: 'dark', label: 'Dark', Icon: IconMoon },
] as const;

/** Light, dark, or as the computer has it. */
export function ColourSchemeItems() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return choices.map(({ scheme, label, Icon }) => (
    <Menu.Item
      key={scheme}
      aria-current={colorScheme === scheme ? 'true' : undefined}
      leftSection={<Icon aria-hidden size={18} />}
      rightSection={colorScheme === scheme ? <IconCheck aria-hidden size={16} /> : undefined}
      onClick={() => setColorScheme(scheme)}
    >
      {label}
    </Menu.Item>
  ));
}
