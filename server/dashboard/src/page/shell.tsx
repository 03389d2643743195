import { Button, Menu } from '@mantine/core';
import { IconChevronDown, IconLogout } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Link, useRoute } from 'wouter';
import type { SessionView } from '../../../../shared/api/people.ts';
import { LiveBanner } from '../live/live-banner.tsx';
import { useSignOut } from '../session/use-sign-out.ts';
import { roleTitle } from '../words/role.ts';
import { ColourSchemeItems } from './colour-scheme-items.tsx';
import styles from './shell.module.css';

/** What stands around every page: the way past it, the setting, the ways to go, the person. */
export function Shell({ session, children }: { session: SessionView; children: ReactNode }) {
  const [onDevice] = useRoute('/devices/:id');
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
        <nav aria-label="Pages" className={styles.nav}>
          <NavLink href="/" alsoHere={onDevice}>
            Devices
          </NavLink>
          <NavLink href="/incidents">Incidents</NavLink>
          <NavLink href="/rules">Rules</NavLink>
        </nav>
        <PersonMenu session={session} />
      </header>
      <LiveBanner />
      <main id="content" tabIndex={-1} className={styles.main}>
        {children}
      </main>
    </>
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
  return (
    <Menu position="bottom-end" width={240} shadow="md">
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
        <ColourSchemeItems />
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout aria-hidden size={18} />} onClick={() => signOut.mutate()}>
          Sign out of Hometime
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
