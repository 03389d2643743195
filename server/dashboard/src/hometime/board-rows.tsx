import { Link } from 'wouter';
import { type HometimeRow, hometimeAskedSchema } from '../../../../shared/api/hometime.ts';
import { useNow } from '../live/use-now.ts';
import { Said } from '../page/said.tsx';
import { askedWords, tickSaid } from '../words/hometime.ts';
import { oldFacts } from '../words/presence.ts';
import styles from './hometime.module.css';

interface BoardRowsProps {
  rows: readonly HometimeRow[];
  /** The setting has closed and the page is live: only then a tick is good news. */
  isFinal: boolean;
}

/** Every device with its ticks: first those of which something is missing, each with what it is. */
export function BoardRows({ rows, isFinal }: BoardRowsProps) {
  const missing = rows.filter(({ isDone }) => !isDone);
  const done = rows.filter(({ isDone }) => isDone);
  return (
    <>
      {missing.length > 0 && <Rows title={isFinal ? 'Not done yet' : 'Not ready'} rows={missing} isFinal={isFinal} />}
      {done.length > 0 && <Rows title={isFinal ? 'Accounted for' : 'Ready'} rows={done} isFinal={isFinal} />}
    </>
  );
}

function Rows({ title, rows, isFinal }: BoardRowsProps & { title: string }) {
  return (
    <section className={styles.board} aria-label={title}>
      <h2>
        {title} <span className={styles.count}>{rows.length}</span>
      </h2>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">Device</th>
            {hometimeAskedSchema.options.map((asked) => (
              <th key={asked} scope="col">
                {askedWords(asked)}
              </th>
            ))}
          </tr>
        </thead>
        {rows.map((row) => (
          <Row key={row.id} row={row} isFinal={isFinal} />
        ))}
      </table>
    </section>
  );
}

/** A body of its own: the sentence below belongs to the ticks above it. */
function Row({ row, isFinal }: { row: HometimeRow; isFinal: boolean }) {
  // Its ticks are of that moment: where a device that is switched off has been carried since, nobody knows.
  const old = oldFacts(row.presence, useNow());
  return (
    <tbody>
      <tr>
        <th scope="row">
          <Link href={`/devices/${row.id}`}>{row.name}</Link>
          <span className={styles.kind}>{row.kind}</span>
          {old !== '' && <span className={styles.kind}>{old}</span>}
        </th>
        {row.ticks.map(({ asked, answer, text }) => (
          <td key={asked} title={text}>
            <span className={styles.asks}>{askedWords(asked)}</span>
            <Said said={tickSaid(answer, isFinal)} />
          </td>
        ))}
      </tr>
      {row.missing !== '' && (
        <tr>
          <td colSpan={row.ticks.length + 1} className={styles.why}>
            {row.missing}
          </td>
        </tr>
      )}
    </tbody>
  );
}
