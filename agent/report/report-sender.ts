import type { Instant } from '../../shared/instant.ts';
import type { Log } from '../../shared/log.ts';
import { correctTimes } from './correct-times.ts';
import type { DeliverReport, ReportShelf, WaitingReport } from './slices.ts';

interface ReportSenderParts {
  epoch: number;
  shelf: ReportShelf;
  deliver: DeliverReport;
  /** This device's time -> the server's. */
  correct(at: Instant): Instant;
  /** Makes the clocks be compared again, by a new hello. */
  measureAgain(): void;
  /** A report is acknowledged. */
  onAcknowledged(): void;
  log: Log;
}

/** How often a report may be "from the future" after the clocks were compared again, before it is put aside. */
const futureTries = 3;

/**
 * Sends the oldest report, one at a time, until the server acknowledges it after
 * its commit. A report that is refused for good is put aside with the reason, and
 * the queue goes on: one bad report must not silence the device.
 */
export function createReportSender(parts: ReportSenderParts): {
  sendOldest(): Promise<'settled' | 'nothing' | 'later'>;
} {
  const { epoch, shelf, deliver, log } = parts;
  let refusedAsFuture = { sequence: 0, times: 0 };

  async function settle(
    report: WaitingReport,
    refusal: { code: string; message: string },
  ): Promise<'settled' | 'later'> {
    const { sequence } = report;
    if (refusal.code === 'report-from-the-future') {
      const times = refusedAsFuture.sequence === sequence ? refusedAsFuture.times + 1 : 1;
      refusedAsFuture = { sequence, times };
      if (times <= futureTries) {
        log.warn('report-refused', { sequence, code: refusal.code, reason: 'the clocks are compared again' });
        parts.measureAgain();
        return 'later';
      }
    }
    log.error('report-set-aside', { sequence, code: refusal.code, error: refusal.message });
    await shelf.setAside(sequence, refusal.code);
    return 'settled';
  }

  return {
    async sendOldest() {
      const report = await shelf.oldest();
      if (report === undefined) return 'nothing';
      const { sequence, at, sections } = report;
      const delivery = await deliver({
        epoch,
        sequence,
        at: parts.correct(at),
        sections: correctTimes(sections, parts.correct),
      });
      if (delivery.state === 'later') return 'later';
      if (delivery.state === 'refused') return settle(report, delivery);
      await shelf.acknowledge(sequence);
      parts.onAcknowledged();
      return 'settled';
    },
  };
}
