import { Button } from '@mantine/core';
import { IconPrinter } from '@tabler/icons-react';
import { Link } from 'wouter';
import type { Hometime } from '../../../../shared/api/hometime.ts';
import { useMay } from '../api/allowed.ts';
import { useHometime, useLiveHometime } from '../api/hometime.ts';
import { useSession } from '../api/queries.ts';
import { useNotLiveSince } from '../live/use-live.ts';
import { Page } from '../page/page.tsx';
import { ToneIcon } from '../page/said.tsx';
import { Trouble, Waiting } from '../page/trouble.tsx';
import { closingWords, hometimeHeadline } from '../words/hometime.ts';
import { fullTime } from '../words/time.ts';
import { BoardRows } from './board-rows.tsx';
import styles from './hometime.module.css';
import { LookAgain } from './look-again.tsx';

/** What somebody looks at before they lock the door: how each device stands at closing time, and what is missing. */
export function HometimePage() {
  useLiveHometime();
  const shown = useHometime();
  return (
    <Page title="Hometime">
      {shown.isPending && <Waiting what="Asking how your devices stand…" />}
      {shown.isError && (
        <Trouble what="The board could not be loaded" error={shown.error} again={() => void shown.refetch()} />
      )}
      {shown.data !== undefined && <Board board={shown.data} />}
    </Page>
  );
}

function Board({ board }: { board: Hometime }) {
  const notLiveSince = useNotLiveSince();
  const may = useMay();
  const session = useSession().data;
  const headline = hometimeHeadline(board, notLiveSince);
  const isFinal = board.phase === 'closed' && notLiveSince === undefined;
  return (
    <>
      <section className={styles.head} data-tone={headline.tone} aria-label="In short">
        <p className={styles.headline} role="status">
          <ToneIcon tone={headline.tone} size={30} />
          <span>{headline.text}</span>
        </p>
        <p>{aboutWords(board)}</p>
        {board.phase === 'no-hours' && (
          <p>
            <Link href="/rules">Say in the rules when you are open</Link>
          </p>
        )}
        {board.missing.length > 0 && (
          <ul className={styles.missing} aria-label="What is missing">
            {board.missing.map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        )}
        <div className={styles.buttons}>
          {may('orderBatch') && board.devices > 0 && <LookAgain rows={board.items} />}
          <Button variant="default" leftSection={<IconPrinter aria-hidden size={18} />} onClick={() => window.print()}>
            Print
          </Button>
        </div>
      </section>
      <BoardRows rows={board.items} isFinal={isFinal} />
      <p className={styles.printed}>
        {session?.settingName}, {fullTime(board.at)}. Checked by: ______________________________
      </p>
    </>
  );
}

function aboutWords(board: Hometime): string {
  const { phase, closesAt, opensAt } = board;
  if (phase === 'no-hours') return 'You have not said when you close, so nothing here counts as done.';
  if (closesAt === null) return 'No closing time is known.';
  if (phase === 'open')
    return `You close at ${closingWords(closesAt, board)}. This is how your devices stand until then; nothing counts as done before.`;
  const opens = opensAt === null ? '' : ` You open again at ${closingWords(opensAt, board)}.`;
  return `You closed at ${closingWords(closesAt, board)}. Only what was looked at since then counts.${opens}`;
}
