import { Button, Menu } from '@mantine/core';
import { IconBell, IconChevronDown, IconLogout, IconUserCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Link, useLocation, useRoute } from 'wouter';
import type { SessionView } from '../../../../shared/api/people.ts';
import { useMay } from '../api/allowed.ts';
import { useNotices } from '../api/notify.ts';
import { useSession } from '../api/queries.ts';
import { useSecurityEvents } from '../api/records.ts';
import { LiveBanner } from '../live/live-banner.tsx';
import { ConfirmPasswordLazily } from '../session/confirm-password-lazily.tsx';
import { useSignOut } from '../session/use-sign-out.ts';
import { roleTitle } from '../words/role.ts';
import { isSecondFactorOverdue } from '../words/second-factor.ts';
import { ColourSchemeItems } from './colour-scheme-items.tsx';
import { DueNotes } from './due-notes.tsx';
import { SettingItems } from './setting-items.tsx';
import styles from './shell.module.css';

/** What stands around every page: the way past it, the setting, the ways to go, the person. */
export function Shell({ session, children }: { session: SessionView; children: ReactNode }) {
  // Nothing else would be answered, so nothing else is asked for.
  const isShut = isSecondFactorOverdue(session, Date.now());
  return (
    <>
      <a className={styles.skip} href="#content">
        Skip to the page’s content
      </a>
      <header className={styles.header}>
        <Link href="/" className={styles.brand}>
          <img src="/icon.svg" alt="" width={34} height={34} />
          <span>
            <span className={styles.name}>Hometime</span>
            <span className={styles.setting}>{session.settingName}</span>
          </span>
        </Link>
        {isShut ? <span className={styles.nav} /> : <Pages />}
        <PersonMenu session={session} />
      </header>
      <LiveBanner />
      {!isShut && <DueNotes session={session} />}
      <main id="content" tabIndex={-1} className={styles.main}>
        {children}
      </main>
      <ConfirmPasswordLazily />
    </>
  );
}

/** The pages that this person's role may see. */
function Pages() {
  const may = useMay();
  const role = useSession().data?.role;
  const [onDevice] = useRoute('/devices/:id');
  const [onCase] = useRoute('/incidents/:id');
  return (
    <nav aria-label="Pages" className={styles.nav}>
      <NavLink href="/" alsoHere={onDevice}>
        Devices
      </NavLink>
      <NavLink href="/hometime">Hometime</NavLink>
      {may('listIncidents') && (
        <NavLink href="/incidents" alsoHere={onCase}>
          {role === 'staff' ? 'My reports' : 'Incidents'}
        </NavLink>
      )}
      {may('listSecurityEvents') && (
        <NavLink href="/records">
          Records
          <Unseen />
        </NavLink>
      )}
      {may('listPeople') && <NavLink href="/people">People</NavLink>}
      <NavLink href="/rules">Rules</NavLink>
      <NavLink href="/notices">
        Notices
        <Unlooked />
      </NavLink>
    </nav>
  );
}

/** How many things this person is asked to look at, of those told of last. */
function Unlooked() {
  const notices = useNotices('open');
  const open = notices.data?.pages[0]?.items.length ?? 0;
  if (open === 0) return null;
  return (
    <span className={styles.unseen}>
      {notices.hasNextPage ? `${open}+` : open}
      <span className={styles.aloud}> to look at</span>
    </span>
  );
}

/** How many security events nobody has looked at yet, of the newest. */
function Unseen() {
  const events = useSecurityEvents();
  const unseen = events.data?.pages.flatMap((page) => page.items).filter(({ seenBy }) => seenBy === null).length ?? 0;
  if (unseen === 0) return null;
  return (
    <span className={styles.unseen}>
      {unseen}
      <span className={styles.aloud}> not looked at</span>
    </span>
  );
}

function NavLink({ href, alsoHere = false, children }: { href: string; alsoHere?: boolean; children: ReactNode }) {
  const [isHere] = useRoute(href);
  return (
    <Link href={href} aria-current={isHere ? 'page' : undefined} data-here={isHere || alsoHere || undefined}>
      {children}
    </Link>
  );
}

function PersonMenu({ session }: { session: SessionView }) {
  const signOut = useSignOut();
  const [, navigate] = useLocation();
  return (
    <Menu position="bottom-end" width={280} shadow="md">
      <Menu.Target>
        <Button variant="subtle" className={styles.person} rightSection={<IconChevronDown aria-hidden size={16} />}>
          <span className={styles.personName}>{session.name}</span>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {session.email}
          <br />
          {roleTitle(session.role)}
        </Menu.Label>
        <Menu.Item leftSection={<IconBell aria-hidden size={18} />} onClick={() => navigate('/notices')}>
          What reaches you
        </Menu.Item>
        <Menu.Item leftSection={<IconUserCircle aria-hidden size={18} />} onClick={() => navigate('/account')}>
          Your account
        </Menu.Item>
        <SettingItems session={session} />
        <Menu.Divider />
        <ColourSchemeItems />
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout aria-hidden size={18} />} onClick={() => signOut.mutate()}>
          Sign out of Hometime
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
