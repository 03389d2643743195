import { Button, Menu } from '@mantine/core';
import { IconChevronDown, IconLogout, IconMessage, IconPhone, IconRefresh, IconUserOff } from '@tabler/icons-react';
import { type ReactNode, useId, useState } from 'react';
import type { DeviceView } from '../../../../shared/api/devices.ts';
import type { Role } from '../../../../shared/api/people.ts';
import { type CommandKind, commandKindSchema, isDestructive } from '../../../../shared/command/kinds.ts';
import { systemLimit } from '../../../../shared/command/system-limits.ts';
import { mayCall } from '../api/allowed.ts';
import { mayOrder, orderBarrier } from '../words/order-barrier.ts';
import { kindOfOrder } from '../words/order-kinds.ts';
import styles from './order.module.css';
import { OrderDialogue } from './order-dialogue.tsx';
import { ReleaseByTelephone } from './release-by-telephone.tsx';
import { RetireGone } from './retire-gone.tsx';

/** Those asked for every day have a button of their own; the others stand in a menu, what destroys last. */
const everyDay: Partial<Record<CommandKind, ReactNode>> = {
  logout: <IconLogout aria-hidden size={18} />,
  'sign-out-app': <IconUserOff aria-hidden size={18} />,
  message: <IconMessage aria-hidden size={18} />,
  refresh: <IconRefresh aria-hidden size={18} />,
};

interface OrderMenuProps {
  device: DeviceView;
  role: Role;
  orderId: string | undefined;
  onOrdered: (orderId: string | undefined) => void;
}

/** Everything that this role may order of this device. What cannot be ordered just now says why. */
export function OrderMenu({ device, role, orderId, onOrdered }: OrderMenuProps) {
  const [kind, setKind] = useState<CommandKind>();
  const [special, setSpecial] = useState<'telephone' | 'gone'>();
  const whyNot = useId();
  const kinds = commandKindSchema.options.filter((each) => mayOrder(each, role));
  if (kinds.length === 0) return null;
  const barriers = barriersOf(kinds, device, role);
  if (device.observeMode === true)
    barriers.push('This device is in observe mode: it only reports, and will refuse whatever is ordered.');
  const open = (next: CommandKind) => {
    onOrdered(undefined);
    setKind(next);
  };
  return (
    <div className={styles.menu}>
      <div className={styles.buttons}>
        {kinds
          .filter((each) => everyDay[each] !== undefined)
          .map((each) => (
            <OrderButton
              key={each}
              icon={everyDay[each]}
              isPrimary={each === 'logout'}
              whyNot={orderBarrier(each, device, role) === '' ? undefined : whyNot}
              onClick={() => open(each)}
            >
              {kindOfOrder(each)}
            </OrderButton>
          ))}
        <MoreOrders kinds={kinds} device={device} role={role} onKind={open} onSpecial={setSpecial} />
      </div>
      {barriers.length > 0 && (
        <div id={whyNot} className={styles.meta}>
          {barriers.map((line) => (
            <p key={line}>{line}</p>
          ))}
        </div>
      )}
      <OrderDialogue
        device={device}
        kind={kind}
        onClose={() => setKind(undefined)}
        orderId={orderId}
        onOrdered={onOrdered}
      />
      <ReleaseByTelephone device={device} opened={special === 'telephone'} onClose={() => setSpecial(undefined)} />
      <RetireGone device={device} opened={special === 'gone'} onClose={() => setSpecial(undefined)} />
    </div>
  );
}

/** Why orders cannot be given, each reason once with the orders it concerns. */
function barriersOf(kinds: readonly CommandKind[], device: DeviceView, role: Role): string[] {
  const byReason = new Map<string, CommandKind[]>();
  for (const kind of kinds) {
    const barrier = orderBarrier(kind, device, role);
    if (barrier !== '') byReason.set(barrier, [...(byReason.get(barrier) ?? []), kind]);
  }
  return [...byReason].map(([barrier, of]) =>
    of.length === kinds.length ? barrier : `${of.map(kindOfOrder).join(', ')}: ${barrier}`,
  );
}

interface OrderButtonProps {
  icon: ReactNode;
  isPrimary: boolean;
  /** Id of the text that says why it cannot be used. */
  whyNot: string | undefined;
  onClick: () => void;
  children: ReactNode;
}

function OrderButton({ icon, isPrimary, whyNot, onClick, children }: OrderButtonProps) {
  const isOff = whyNot !== undefined;
  return (
    <Button
      variant={isPrimary ? 'filled' : 'default'}
      leftSection={icon}
      aria-disabled={isOff || undefined}
      aria-describedby={whyNot}
      {...(isOff ? { 'data-disabled': true } : {})}
      onClick={() => !isOff && onClick()}
    >
      {children}
    </Button>
  );
}

interface MoreOrdersProps {
  kinds: readonly CommandKind[];
  device: DeviceView;
  role: Role;
  onKind: (kind: CommandKind) => void;
  onSpecial: (special: 'telephone' | 'gone') => void;
}

function MoreOrders({ kinds, device, role, onKind, onSpecial }: MoreOrdersProps) {
  const rest = kinds.filter((kind) => everyDay[kind] === undefined);
  const joined = device.enrolledAt !== null && device.retiredAt === null;
  const item = (kind: CommandKind) => {
    const barrier = orderBarrier(kind, device, role);
    return (
      <Menu.Item
        key={kind}
        disabled={barrier !== ''}
        {...(isDestructive(kind) ? { color: 'red' } : {})}
        onClick={() => onKind(kind)}
      >
        {kindOfOrder(kind)}…
      </Menu.Item>
    );
  };
  return (
    <Menu position="bottom-start" width={280} shadow="md">
      <Menu.Target>
        <Button variant="default" rightSection={<IconChevronDown aria-hidden size={16} />}>
          More orders
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {rest.filter((kind) => !isDestructive(kind)).map(item)}
        {mayCall('answerReleaseChallenge', role) && (
          <Menu.Item
            disabled={!joined || systemLimit(device.platform, 'release') !== undefined}
            leftSection={<IconPhone aria-hidden size={16} />}
            onClick={() => onSpecial('telephone')}
          >
            Release by telephone…
          </Menu.Item>
        )}
        {rest.some(isDestructive) && <Menu.Divider />}
        {rest.filter(isDestructive).map(item)}
        {mayCall('retireDevice', role) && (
          <Menu.Item color="red" disabled={device.retiredAt !== null} onClick={() => onSpecial('gone')}>
            Take out a device that is gone…
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
