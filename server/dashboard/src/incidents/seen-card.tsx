import type { IncidentCase } from '../../../../shared/api/incidents.ts';
import { counted } from '../../../../shared/words.ts';
import { Card } from '../page/card.tsx';
import styles from '../page/page.module.css';
import { At } from '../page/when.tsx';
import { entryWords, writerWords } from '../words/case-entry.ts';

/** Who looked at the case and who took it out, once a day each. */
export function SeenCard({ incident: { entries } }: { incident: IncidentCase }) {
  const seen = entries.filter((entry) => entryWords(entry).quiet).toReversed();
  return (
    <Card title="Who saw it">
      <details>
        <summary>
          {seen.length === 0
            ? 'Nobody yet'
            : counted(new Set(seen.map(({ by }) => writerWords(by))).size, 'person', 'people')}
        </summary>
        <ul className={styles.rows} aria-label="Who saw it, latest first">
          {seen.map((entry) => (
            <li key={entry.number}>
              <span>
                {writerWords(entry.by)}: {entryWords(entry).title.toLowerCase()}
              </span>
              <span className={styles.note}>
                <At at={entry.at} />
              </span>
            </li>
          ))}
        </ul>
      </details>
    </Card>
  );
}
