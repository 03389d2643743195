import type { DeviceView } from '../../../../shared/api/devices.ts';
import { listOf } from '../../../../shared/words.ts';
import { useAppList } from '../api/policy.ts';
import { useNow } from '../live/use-now.ts';
import { Said } from '../page/said.tsx';
import { appAnswerWords, appName, appsWords, signInWords, storeWords } from '../words/apps.ts';
import { sectionTitles } from '../words/device.ts';
import { judged } from '../words/judged.ts';
import styles from './device.module.css';
import { FactCard } from './fact-card.tsx';

/** Who is still signed in to Famly and the like, in which browser of whom. */
export function AppsFact({ device, old }: { device: DeviceView; old: string }) {
  const now = useNow();
  const list = useAppList();
  const reading = device.sections.apps;
  return (
    <FactCard
      title={sectionTitles.apps}
      reading={reading}
      said={judged(appsWords(reading, list), 'apps', device)}
      old={old}
    >
      {({ apps, signIns, unread }) => (
        <>
          <ul className={styles.evidence} aria-label="Apps that are looked for">
            {apps.map(({ app, answer }) => (
              <li key={app}>
                <span>{appName(app, list)}</span>
                <Said said={appAnswerWords(app, answer, list)} old={old !== ''} />
                {signIns
                  .filter((signIn) => signIn.app === app)
                  .map((signIn) => (
                    <span key={JSON.stringify(signIn)} className={styles.below}>
                      {signInWords(signIn, now)}
                    </span>
                  ))}
              </li>
            ))}
          </ul>
          {unread.length > 0 && (
            <p>Could not be read: {listOf([...new Set(unread.map(storeWords))])}. A sign-in there would not be seen.</p>
          )}
          <p className={styles.small}>
            Browsers write a sign-in down within half a minute. Hometime sees that it is there, never what is in it.
          </p>
        </>
      )}
    </FactCard>
  );
}
