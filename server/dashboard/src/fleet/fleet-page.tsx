import { Button, TextInput } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconDeviceTabletPlus, IconPlus, IconSearch } from '@tabler/icons-react';
import { lazy, Suspense, useDeferredValue, useMemo, useState } from 'react';
import type { DeviceView } from '../../../../shared/api/devices.ts';
import type { Role } from '../../../../shared/api/people.ts';
import { useMay } from '../api/allowed.ts';
import { useAppList } from '../api/policy.ts';
import { useDevices } from '../api/queries.ts';
import { BatchMenu } from '../batch/batch-menu.tsx';
import { useNotLiveSince } from '../live/use-live.ts';
import { useNow } from '../live/use-now.ts';
import { Empty } from '../page/card.tsx';
import { Page } from '../page/page.tsx';
import { Trouble, Waiting } from '../page/trouble.tsx';
import { filterOf, whomWords } from '../words/selection.ts';
import styles from './fleet.module.css';
import { FleetCards } from './fleet-cards.tsx';
import { FleetHeadline } from './fleet-headline.tsx';
import { FleetTable } from './fleet-table.tsx';
import { searchDevices, sortDevices } from './sort.ts';
import { useSelection } from './use-selection.ts';

const AddDevice = lazy(async () => ({ default: (await import('./add-device.tsx')).AddDevice }));

/** The page at half past five: what needs a look, and everything else below it. */
export function FleetPage({ role }: { role: Role }) {
  const devices = useDevices();
  const [isAdding, setIsAdding] = useState(false);
  const [wasAdding, setWasAdding] = useState(false);
  const may = useMay();
  const add = may('makeEnrolmentLink') ? (
    <Button
      leftSection={<IconPlus aria-hidden size={18} />}
      onClick={() => {
        setIsAdding(true);
        setWasAdding(true);
      }}
    >
      Add a device
    </Button>
  ) : undefined;
  const list = devices.data;
  return (
    <Page
      title="Devices"
      heading={list === undefined || list.length === 0 ? 'Devices' : <FleetHeadline devices={list} />}
    >
      {devices.isError && (
        <Trouble what="Your devices could not be loaded" error={devices.error} again={() => void devices.refetch()} />
      )}
      {devices.isPending && <Waiting what="Asking for your devices…" />}
      {list?.length === 0 && <NoDevices add={add} />}
      {list !== undefined && list.length > 0 && <Fleet devices={list} role={role} add={add} />}
      <Suspense>
        {(isAdding || wasAdding) && <AddDevice opened={isAdding} onClose={() => setIsAdding(false)} />}
      </Suspense>
    </Page>
  );
}

function Fleet({ devices, role, add }: { devices: DeviceView[]; role: Role; add: React.ReactNode }) {
  const now = useNow();
  const notLiveSince = useNotLiveSince();
  const apps = useAppList();
  const isWide = useMediaQuery('(min-width: 76em)', undefined, { getInitialValueInEffect: false });
  const [search, setSearch] = useState('');
  const deferred = useDeferredValue(search);
  const shown = useMemo(() => searchDevices(sortDevices(devices), deferred), [devices, deferred]);
  const List = isWide ? FleetTable : FleetCards;
  const may = useMay();
  const { selected, selection } = useSelection(shown, may('previewBatch'));
  return (
    <>
      <div className={styles.tools}>
        <TextInput
          aria-label="Search devices"
          placeholder="Search by name, person or finding"
          className={styles.search}
          leftSection={<IconSearch aria-hidden size={18} />}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
        <div className={styles.toolButtons}>
          {may('previewBatch') && shown.length > 0 && (
            <BatchMenu
              role={role}
              filter={filterOf(selected, shown, devices)}
              whom={whomWords(selected.length, shown.length, devices.length)}
            />
          )}
          {add}
        </div>
      </div>
      <p className={styles.found} role="status">
        {deferred !== '' && `${shown.length} of ${devices.length} devices match.`}
      </p>
      {shown.length > 0 && (
        <List devices={shown} now={now} notLiveSince={notLiveSince} apps={apps} selection={selection} />
      )}
    </>
  );
}

function NoDevices({ add }: { add: React.ReactNode }) {
  return (
    <Empty icon={<IconDeviceTabletPlus aria-hidden size={44} stroke={1.5} />} title="No devices yet">
      <p>
        Add your first tablet or laptop. You are given a link to run on it once; a moment later it appears here with
        what it found out about itself.
      </p>
      {add ?? <p>Only an administrator can add devices. Ask yours.</p>}
    </Empty>
  );
}
