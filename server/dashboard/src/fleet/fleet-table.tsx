import { memo } from 'react';
import type { DeviceView } from '../../../../shared/api/devices.ts';
import type { ListedApp } from '../../../../shared/policy/app-list.ts';
import { Badge, Said } from '../page/said.tsx';
import { type DeviceFacts, factsOf } from './device-facts.ts';
import { DeviceName } from './device-name.tsx';
import styles from './fleet.module.css';
import type { Selection } from './use-selection.ts';

export interface RowProps {
  device: DeviceView;
  now: number;
  notLiveSince: string | undefined;
  apps: readonly ListedApp[];
  /** undefined: this role orders nothing, so there is nothing to tick. */
  isSelected: boolean | undefined;
  onSelect: ((id: string) => void) | undefined;
}

export interface ListProps extends Omit<RowProps, 'device' | 'isSelected' | 'onSelect'> {
  devices: DeviceView[];
  selection: Selection | undefined;
}

/** The fleet on a wide screen. */
export function FleetTable({ devices, now, notLiveSince, apps, selection }: ListProps) {
  return (
    <div className={styles.tableFrame}>
      <table className={styles.table}>
        <caption className={styles.caption}>Your devices, the most urgent first</caption>
        <thead>
          <tr>
            {selection !== undefined && (
              <td className={styles.tick}>
                <input
                  type="checkbox"
                  aria-label="Select all devices shown"
                  checked={selection.isAll}
                  onChange={selection.toggleAll}
                />
              </td>
            )}
            <th scope="col">Device</th>
            <th scope="col">How it stands</th>
            <th scope="col">Disk</th>
            <th scope="col">Signed in</th>
            <th scope="col">Apps</th>
            <th scope="col">Photos</th>
            <th scope="col">Web filter</th>
            <th scope="col">Place</th>
            <th scope="col">In touch</th>
          </tr>
        </thead>
        <tbody>
          {devices.map((device) => (
            <Row
              key={device.id}
              device={device}
              now={now}
              notLiveSince={notLiveSince}
              apps={apps}
              isSelected={selection?.ids.has(device.id)}
              onSelect={selection?.toggle}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

const Row = memo(function Row({ device, now, notLiveSince, apps, isSelected, onSelect }: RowProps) {
  const facts = factsOf(device, now, notLiveSince, apps);
  const old = facts.old !== '';
  if (device.enrolledAt === null)
    return <NotJoinedRow device={device} facts={facts} hasTick={isSelected !== undefined} />;
  return (
    <tr data-standing={device.standing} data-selected={isSelected || undefined}>
      {isSelected !== undefined && (
        <td className={styles.tick}>
          <Tick device={device} isSelected={isSelected} onSelect={onSelect} />
        </td>
      )}
      <th scope="row">
        <DeviceName device={device} />
      </th>
      <td className={styles.standing}>
        <Badge tone={facts.standing.tone}>{facts.standing.label}</Badge>
        <TopFinding text={facts.topFinding} more={facts.moreFindings} />
      </td>
      <td>
        <Said said={facts.protection} old={old} />
      </td>
      <td>
        <Said said={facts.people} old={old} />
      </td>
      <td>
        <Said said={facts.apps} old={old} />
      </td>
      <td>
        <Said said={facts.photos} old={old} />
      </td>
      <td>
        <Said said={facts.filtering} old={old} />
      </td>
      <td>
        <Said said={facts.place} old={old} />
      </td>
      <td>
        <Said said={facts.presence} />
        {old && <span className={styles.old}>Facts {facts.old}</span>}
      </td>
    </tr>
  );
});

/** A device that has not joined: nothing is known, which is said once. */
function NotJoinedRow({ device, facts, hasTick }: { device: DeviceView; facts: DeviceFacts; hasTick: boolean }) {
  return (
    <tr>
      {hasTick && <td />}
      <th scope="row">
        <DeviceName device={device} />
      </th>
      <td className={styles.standing}>
        <Badge tone={facts.standing.tone}>{facts.standing.label}</Badge>
      </td>
      <td colSpan={7}>
        <Said said={{ text: `Nothing is known of it yet. ${facts.topFinding}`, tone: 'unknown' }} />
      </td>
    </tr>
  );
}

/** Ticks a device for an order to several. */
export function Tick({ device, isSelected, onSelect }: Pick<RowProps, 'device' | 'isSelected' | 'onSelect'>) {
  return (
    <input
      type="checkbox"
      aria-label={`Select ${device.name}`}
      checked={isSelected === true}
      onChange={() => onSelect?.(device.id)}
    />
  );
}

export function TopFinding({ text, more }: { text: string; more: number }) {
  if (text === '') return null;
  return (
    <span className={styles.finding}>
      {text}
      {more > 0 && <span className={styles.more}> And {more} more.</span>}
    </span>
  );
}
