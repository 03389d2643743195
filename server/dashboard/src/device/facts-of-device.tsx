import type { DeviceView } from '../../../../shared/api/devices.ts';
import type { Role } from '../../../../shared/api/people.ts';
import type { Encryption } from '../../../../shared/report/encryption.ts';
import type { Photos } from '../../../../shared/report/photos.ts';
import type { SystemFacts } from '../../../../shared/report/system.ts';
import { Said } from '../page/said.tsx';
import { Ago } from '../page/when.tsx';
import { systemWords } from '../words/change.ts';
import { sectionTitles } from '../words/device.ts';
import { protectionClaim, protectionWords, volumeWords } from '../words/encryption.ts';
import { countWords, devicePhotosWords, photoPlaceWords } from '../words/photos.ts';
import { capital } from '../words/time.ts';
import { unknownSaid } from '../words/unknown.ts';
import styles from './device.module.css';
import { FactCard } from './fact-card.tsx';
import { FilterFact } from './filter-fact.tsx';
import { PlaceFact } from './place-fact.tsx';
import { SessionsFact } from './sessions-fact.tsx';

/** Every fact of a device with its evidence. */
export function FactsOfDevice({ device, role, old }: { device: DeviceView; role: Role; old: string }) {
  const { encryption, photos, system } = device.sections;
  return (
    <div className={styles.facts}>
      <FactCard title={sectionTitles.encryption} reading={encryption} said={protectionWords(encryption)} old={old}>
        {(value) => <Volumes value={value} isOld={old !== ''} />}
      </FactCard>
      <SessionsFact device={device} old={old} />
      <FactCard title={sectionTitles.photos} reading={photos} said={devicePhotosWords(device)} old={old}>
        {(value) => <PhotoPlaces value={value} />}
      </FactCard>
      <FilterFact device={device} old={old} />
      <PlaceFact device={device} role={role} old={old} />
      <FactCard title={sectionTitles.system} reading={system} said={systemWords(system)} old={old}>
        {(value) => <SystemList value={value} />}
      </FactCard>
    </div>
  );
}

function Volumes({ value, isOld }: { value: Encryption; isOld: boolean }) {
  return (
    <>
      <p>{protectionClaim(value)}</p>
      <ul className={styles.evidence} aria-label="Volumes of the device">
        {value.volumes.map(volumeWords).map(({ name, holds, state, scheme }) => (
          <li key={name}>
            <span>
              {capital(holds)} <span className={styles.small}>({name})</span>
            </span>
            <span>
              <Said said={state} old={isOld} />
              {scheme !== '' && <span className={styles.small}> {scheme}</span>}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

function PhotoPlaces({ value }: { value: Photos }) {
  return (
    <>
      {!value.complete && <p>Not every place could be counted, so there may be more.</p>}
      <ul className={styles.evidence} aria-label="Photos by place">
        {value.places.map(({ place, count }) => (
          <li key={place}>
            <span>{photoPlaceWords(place)}</span>
            {count.state === 'known' ? (
              <span>{capital(countWords(count.value))}</span>
            ) : (
              <Said said={unknownSaid(count)} />
            )}
          </li>
        ))}
      </ul>
      <p className={styles.small}>Hometime counts only. Pictures and their names never leave the device.</p>
    </>
  );
}

function SystemList({ value }: { value: SystemFacts }) {
  const { disk, battery } = value;
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
    </ul>
  );
}
