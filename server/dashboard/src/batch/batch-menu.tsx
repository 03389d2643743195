import { Button, Menu } from '@mantine/core';
import { IconChevronDown, IconListCheck, IconLogout } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import type { DeviceFilter } from '../../../../shared/api/batches.ts';
import type { Role } from '../../../../shared/api/people.ts';
import { type CommandKind, commandKindSchema, commandKinds } from '../../../../shared/command/kinds.ts';
import { mayOrder } from '../words/order-barrier.ts';
import { kindOfOrder } from '../words/order-kinds.ts';

const BatchDialogue = lazy(async () => ({ default: (await import('./batch-dialogue.tsx')).BatchDialogue }));

interface BatchMenuProps {
  role: Role;
  filter: DeviceFilter;
  /** The devices meant, in words: "3 selected devices". */
  whom: string;
}

/** What can be ordered of many devices at once; what closing time needs has a button of its own. A wipe and a farewell are given one by one, on the device's own page. */
export function BatchMenu({ role, filter, whom }: BatchMenuProps) {
  const [kind, setKind] = useState<CommandKind>();
  const [wasOpened, setWasOpened] = useState(false);
  const kinds = commandKindSchema.options.filter(
    (each) => mayOrder(each, role) && commandKinds[each].loss !== 'device',
  );
  const open = (next: CommandKind) => {
    setWasOpened(true);
    setKind(next);
  };
  return (
    <>
      {mayOrder('logout', role) && (
        <Button variant="default" leftSection={<IconLogout aria-hidden size={18} />} onClick={() => open('logout')}>
          Log everyone out…
        </Button>
      )}
      <Menu position="bottom-end" shadow="md" width={280}>
        <Menu.Target>
          <Button
            variant="default"
            leftSection={<IconListCheck aria-hidden size={18} />}
            rightSection={<IconChevronDown aria-hidden size={16} />}
          >
            Order for {whom}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {kinds.map((each) => (
            <Menu.Item
              key={each}
              {...(commandKinds[each].loss === 'files' ? { color: 'red' } : {})}
              onClick={() => open(each)}
            >
              {kindOfOrder(each)}…
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <Suspense>
        {wasOpened && <BatchDialogue kind={kind} filter={filter} whom={whom} onClose={() => setKind(undefined)} />}
      </Suspense>
    </>
  );
}
