import type { DeviceView } from '../../../../shared/api/devices.ts';
import type { Health } from '../../../../shared/report/health.ts';
import type { SystemFacts } from '../../../../shared/report/system.ts';
import { counted } from '../../../../shared/words.ts';
import { Said } from '../page/said.tsx';
import { Ago } from '../page/when.tsx';
import { systemWords } from '../words/change.ts';
import { sectionTitles } from '../words/device.ts';
import { clockWords, healthWords } from '../words/health.ts';
import { judged } from '../words/judged.ts';
import type { Said as SaidWords } from '../words/tone.ts';
import { unknownSaid } from '../words/unknown.ts';
import styles from './device.module.css';
import { FactCard } from './fact-card.tsx';

/** What the device is and how it is, with the agent that watches it. */
export function SystemFact({ device, old }: { device: DeviceView; old: string }) {
  const { system, agent } = device.sections;
  return (
    <>
      <FactCard title={sectionTitles.system} reading={system} said={systemWords(system)} old={old}>
        {(value) => <SystemList value={value} />}
      </FactCard>
      <FactCard
        title={sectionTitles.agent}
        reading={agent}
        said={judged(healthWords(agent), 'agent', device)}
        old={old}
      >
        {(value) => <HealthList value={value} />}
      </FactCard>
    </>
  );
}

function SystemList({ value }: { value: SystemFacts }) {
  const { disk, battery, os } = value;
  return (
    <ul className={styles.evidence} aria-label="About the device">
      <li>
        <span>Switched on</span>
        <Ago at={value.bootedAt} />
      </li>
      <li>
        <span>Disk</span>
        <span>{disk === null ? 'Not known' : `${disk.freeGb} of ${disk.totalGb} GB free`}</span>
      </li>
      <li>
        <span>Battery</span>
        <span>{battery === null ? 'None' : `About ${battery.percent} %${battery.charging ? ', charging' : ''}`}</span>
      </li>
      <li>
        <span>Updates</span>
        <Said said={updatesWords(value.updates)} />
      </li>
      {os.build !== undefined && (
        <li>
          <span>Build</span>
          <span>{os.build}</span>
        </li>
      )}
    </ul>
  );
}

function updatesWords(updates: SystemFacts['updates']): SaidWords {
  if (updates === undefined) return { text: 'Not told', tone: 'unknown' };
  if (updates.state === 'unknown') return unknownSaid(updates);
  const { pending, restart } = updates.value;
  const text = pending === 0 ? 'None waiting' : `${counted(pending, 'update')} waiting`;
  return { text: restart ? `${text}; it wants a restart` : text, tone: 'plain' };
}

function HealthList({ value }: { value: Health }) {
  return (
    <ul className={styles.evidence} aria-label="About the agent">
      <li>
        <span>Running</span>
        <Ago at={value.startedAt} />
      </li>
      <li>
        <span>Its clock</span>
        <Said said={clockWords(value.clockSkewSeconds)} />
      </li>
      <li>
        <span>What it takes</span>
        <span>
          About {value.memoryMb} MB, {value.cpuPercent} % of one processor
        </span>
      </li>
      {value.failures.map(({ section, count: times }) => (
        <li key={section}>
          <span>{sectionTitles[section]}</span>
          <span>no answer {times === 1 ? 'once' : `${times} times`} in 24 hours</span>
        </li>
      ))}
    </ul>
  );
}
