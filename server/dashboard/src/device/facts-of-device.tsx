import type { DeviceView } from '../../../../shared/api/devices.ts';
import type { Role } from '../../../../shared/api/people.ts';
import type { Encryption } from '../../../../shared/report/encryption.ts';
import type { Photos } from '../../../../shared/report/photos.ts';
import { Said } from '../page/said.tsx';
import { sectionTitles } from '../words/device.ts';
import { protectionClaim, protectionWords, volumeWords } from '../words/encryption.ts';
import { judged } from '../words/judged.ts';
import { countDetails, countWords, devicePhotosWords, photoPlaceWords } from '../words/photos.ts';
import { capital } from '../words/time.ts';
import { unknownSaid } from '../words/unknown.ts';
import { AppsFact } from './apps-fact.tsx';
import styles from './device.module.css';
import { FactCard } from './fact-card.tsx';
import { FilterFact } from './filter-fact.tsx';
import { GuardsFact } from './guards-fact.tsx';
import { MediaFact } from './media-fact.tsx';
import { PlaceFact } from './place-fact.tsx';
import { ProgramsFact } from './programs-fact.tsx';
import { SessionsFact } from './sessions-fact.tsx';
import { SystemFact } from './system-fact.tsx';

/** Every fact of a device with its evidence. */
export function FactsOfDevice({ device, role, old }: { device: DeviceView; role: Role; old: string }) {
  const { encryption, photos } = device.sections;
  return (
    <div className={styles.facts}>
      <FactCard
        title={sectionTitles.encryption}
        reading={encryption}
        said={judged(protectionWords(encryption), 'encryption', device)}
        old={old}
      >
        {(value) => <Volumes value={value} isOld={old !== ''} />}
      </FactCard>
      <SessionsFact device={device} old={old} />
      <AppsFact device={device} old={old} />
      <FactCard title={sectionTitles.photos} reading={photos} said={devicePhotosWords(device)} old={old}>
        {(value) => <PhotoPlaces value={value} />}
      </FactCard>
      <FilterFact device={device} old={old} />
      <PlaceFact device={device} role={role} old={old} />
      <MediaFact device={device} old={old} />
      <GuardsFact device={device} old={old} />
      <ProgramsFact device={device} old={old} />
      <SystemFact device={device} old={old} />
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
              <span>
                {capital(countWords(count.value))}
                <span className={styles.small}> {countDetails(count.value)}</span>
              </span>
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
