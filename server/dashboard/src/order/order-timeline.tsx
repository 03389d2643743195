import type { CommandView } from '../../../../shared/api/commands.ts';
import type { CommandState } from '../../../../shared/command/life.ts';
import type { PresenceState } from '../../../../shared/policy/presence.ts';
import { ToneIcon } from '../page/said.tsx';
import { At } from '../page/when.tsx';
import { orderSentence, stateTitle, stateTone, stepsAhead } from '../words/command.ts';
import { evidenceLines } from '../words/order-evidence.ts';
import { reasonSentence } from '../words/order-reasons.ts';
import styles from './order.module.css';

type Move = CommandView['moves'][number];

interface OrderTimelineProps {
  order: CommandView;
  presence: PresenceState;
  /** Read out by a screen reader when it changes; only one of two views of an order may be. */
  isRead: boolean;
}

/** Where an order stands in one sentence, which is read out when it changes, and every step with its time. */
export function OrderTimeline({ order, presence, isRead }: OrderTimelineProps) {
  const tone = stateTone(order.state);
  const moves = movesOf(order);
  return (
    <div className={styles.timeline}>
      <p className={styles.sentence} data-tone={tone} aria-live={isRead ? 'polite' : 'off'}>
        <ToneIcon tone={tone} size={22} />
        <span>{orderSentence(order, presence)}</span>
      </p>
      <ol className={styles.steps} aria-label="Steps of this order">
        {moves.map((move, index) => (
          <Step key={`${move.to} ${move.at}`} order={order} move={move} isLast={index === moves.length - 1} />
        ))}
        {stepsAhead(order.state).map((state) => (
          <StepAhead key={state} state={state} />
        ))}
      </ol>
    </div>
  );
}

/** The moves, with the order's birth in front where the record begins later. */
function movesOf(order: CommandView): Move[] {
  if (order.moves.some((move) => move.to === 'queued' || move.to === 'awaiting-approval')) return order.moves;
  const born: Move = {
    to: 'queued',
    at: order.createdAt,
    deviceAt: null,
    actor: order.askedBy,
    reason: null,
    evidence: null,
  };
  return [born, ...order.moves];
}

function Step({ order, move, isLast }: { order: CommandView; move: Move; isLast: boolean }) {
  const tone = stateTone(move.to);
  return (
    <li className={styles.step} data-tone={tone} aria-current={isLast ? 'step' : undefined}>
      <span className={styles.dot} aria-hidden>
        <ToneIcon tone={tone === 'waiting' ? 'good' : tone} size={14} />
      </span>
      <div>
        <p className={styles.stepTitle}>
          {stateTitle(move.to)} <At at={move.at} />
          {isPerson(move) && <span className={styles.stepNote}> by {move.actor}</span>}
        </p>
        {move.reason !== null && <p className={styles.stepNote}>{reasonSentence(move.reason)}</p>}
        {evidenceLines(move.evidence, order).map((line) => (
          <p key={line} className={styles.stepNote}>
            {line}
          </p>
        ))}
      </div>
    </li>
  );
}

/** People are named; the server and the device speak for themselves. */
function isPerson({ actor }: Move): boolean {
  return actor !== 'server' && actor !== 'device';
}

function StepAhead({ state }: { state: CommandState }) {
  return (
    <li className={styles.step} data-ahead>
      <span className={styles.dot} aria-hidden />
      <p className={styles.stepTitle}>
        {stateTitle(state)} <span className={styles.stepNote}>not yet</span>
      </p>
    </li>
  );
}
