import { memo } from 'react';
import { Badge, Said } from '../page/said.tsx';
import type { Said as SaidWords } from '../words/tone.ts';
import { factsOf } from './device-facts.ts';
import { DeviceName } from './device-name.tsx';
import styles from './fleet.module.css';
import { type ListProps, type RowProps, Tick, TopFinding } from './fleet-table.tsx';

/** The fleet on a narrow screen. */
export function FleetCards({ devices, now, notLiveSince, apps, selection }: ListProps) {
  return (
    <ul
      className={styles.cards}
      data-many={devices.length > 60 || undefined}
      aria-label="Your devices, the most urgent first"
    >
      {devices.map((device) => (
        <Card
          key={device.id}
          device={device}
          now={now}
          notLiveSince={notLiveSince}
          apps={apps}
          isSelected={device.enrolledAt === null ? undefined : selection?.ids.has(device.id)}
          onSelect={selection?.toggle}
        />
      ))}
    </ul>
  );
}

const Card = memo(function Card({ device, now, notLiveSince, apps, isSelected, onSelect }: RowProps) {
  const facts = factsOf(device, now, notLiveSince, apps);
  const old = facts.old !== '';
  return (
    <li className={styles.card}>
      <div className={styles.cardHead}>
        <DeviceName device={device} />
        {isSelected !== undefined && <Tick device={device} isSelected={isSelected} onSelect={onSelect} />}
      </div>
      <div className={styles.cardStanding}>
        <Badge tone={facts.standing.tone}>{facts.standing.label}</Badge>
        <TopFinding text={facts.topFinding} more={facts.moreFindings} />
      </div>
      {old && <p className={styles.old}>Facts {facts.old}</p>}
      {device.enrolledAt !== null && (
        <dl className={styles.facts}>
          <Fact name="Disk" said={facts.protection} old={old} />
          <Fact name="Signed in" said={facts.people} old={old} />
          <Fact name="Apps" said={facts.apps} old={old} />
          <Fact name="Photos" said={facts.photos} old={old} />
          <Fact name="Web filter" said={facts.filtering} old={old} />
          <Fact name="Place" said={facts.place} old={old} />
          <Fact name="In touch" said={facts.presence} old={false} />
        </dl>
      )}
    </li>
  );
});

function Fact({ name, said, old }: { name: string; said: SaidWords; old: boolean }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <Said said={said} old={old} />
      </dd>
    </div>
  );
}
