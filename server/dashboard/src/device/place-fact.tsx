import type { DeviceView } from '../../../../shared/api/devices.ts';
import type { Role } from '../../../../shared/api/people.ts';
import { countsWords, evidenceWords } from '../../../../shared/policy/place-words.ts';
import type { Location } from '../../../../shared/report/location.ts';
import { sectionTitles } from '../words/device.ts';
import { linkWords, placeReason, placeWords } from '../words/place.ts';
import { capital } from '../words/time.ts';
import styles from './device.module.css';
import { FactCard } from './fact-card.tsx';
import { OwnNetwork } from './own-network.tsx';

/** Where the device is, as far as the network it is on shows it. */
export function PlaceFact({ device, role, old }: { device: DeviceView; role: Role; old: string }) {
  const { place } = device;
  const counts = countsWords(place);
  return (
    <FactCard title={sectionTitles.location} reading={device.sections.location} said={placeWords(place)} old={old}>
      {(value) => (
        <>
          {place.verdict !== 'unknown' && <p>{capital(placeReason(place))}.</p>}
          {counts !== undefined && <p>{counts}</p>}
          {place.evidence.length > 0 && (
            <ul className={styles.small} aria-label="What that rests on">
              {place.evidence.map((evidence) => (
                <li key={evidence.what}>{evidenceWords(evidence)}</li>
              ))}
            </ul>
          )}
          <NetworkEvidence value={value} />
          {place.verdict !== 'on-site' && <OwnNetwork location={value} deviceName={device.name} role={role} />}
        </>
      )}
    </FactCard>
  );
}

function NetworkEvidence({ value }: { value: Location }) {
  const { gateway, wifi, vpn } = value;
  return (
    <ul className={styles.evidence} aria-label="The network it is on">
      <li>
        <span>Connected</span>
        <span>
          {linkWords(gateway.link)}
          {vpn && ', through a private tunnel (VPN)'}
        </span>
      </li>
      {wifi !== null && (
        <li>
          <span>Wi-Fi</span>
          <span>{wifi.name ?? 'its name may not be read'}</span>
        </li>
      )}
      <li>
        <span>Router</span>
        <span>
          {gateway.address}{' '}
          <span className={styles.small}>{gateway.hardwareAddress ?? 'hardware address not known'}</span>
        </span>
      </li>
    </ul>
  );
}
