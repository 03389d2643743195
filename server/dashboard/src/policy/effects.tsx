import type { FindingEffect, NamedDevices, PolicyEffects } from '../../../../shared/api/policy.ts';
import { counted, listOf } from '../../../../shared/words.ts';
import { Badge, Said } from '../page/said.tsx';
import { matterWords, severityWords } from '../words/incident.ts';
import { EffectsByDevice } from './effects-by-device.tsx';
import styles from './policy.module.css';

/** What a change does: in words, who would be blocked by name, and what would be found of whom. */
export function Effects({ effects, withRules = true }: { effects: PolicyEffects; withRules?: boolean }) {
  const { changes, blocked, letGo, appears, disappears, judged, notJoined, touched } = effects;
  return (
    <>
      {withRules && <Changes changes={changes} />}
      <section aria-labelledby="effects-devices" className={styles.effects}>
        <h3 id="effects-devices">Your devices, as last reported</h3>
        {blocked.count > 0 && (
          <p className={styles.blocked}>
            <Badge tone="bad">
              {counted(blocked.count, 'device')} would block {blocked.count === 1 ? 'itself' : 'themselves'}
            </Badge>{' '}
            {namesOf(blocked)}, after the warning on the screen.
          </p>
        )}
        {letGo.count > 0 && (
          <p>
            <Badge tone="plain">Would not be blocked any more</Badge> {namesOf(letGo)}
          </p>
        )}
        <Found title="Newly found" found={appears} />
        <Found title="No longer found" found={disappears} />
        {touched === 0 && (
          <p>Nothing would be found otherwise on {judged === 1 ? 'your device' : `any of ${judged} devices`}.</p>
        )}
        {notJoined > 0 && (
          <Said
            said={{
              text: `Of ${counted(notJoined, 'device')} that never joined, nothing is known`,
              tone: 'unknown',
            }}
          />
        )}
        {touched > 0 && <EffectsByDevice effects={effects} />}
      </section>
    </>
  );
}

function Changes({ changes }: { changes: readonly string[] }) {
  return (
    <section aria-labelledby="effects-changes">
      <h3 id="effects-changes">The rules</h3>
      <ul className={styles.bullets}>
        {changes.map((change) => (
          <li key={change}>{change}</li>
        ))}
      </ul>
      {changes.length === 0 && <p>Nothing: the rules say this already.</p>}
    </section>
  );
}

function Found({ title, found }: { title: string; found: readonly FindingEffect[] }) {
  const isNew = title === 'Newly found';
  if (found.length === 0) return null;
  return (
    <div>
      <h4 className={styles.subhead}>{title}</h4>
      <ul className={styles.foundList}>
        {found.map(({ code, severity, misuse, devices }) => (
          <li key={code}>
            <Badge tone={isNew ? severityWords(severity).tone : 'plain'}>{matterWords(code)}</Badge>{' '}
            <span>
              {namesOf(devices)}
              {misuse && isNew && <span className={styles.small}> · is put on record as misuse</span>}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** "Tablet 1, Tablet 2 and 40 more". */
export function namesOf({ count, names }: NamedDevices, most = 8): string {
  const shown = names.slice(0, most);
  return count <= shown.length
    ? listOf(shown)
    : `${shown.join(', ')} and ${(count - shown.length).toLocaleString('en-GB')} more`;
}
