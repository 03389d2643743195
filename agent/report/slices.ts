import type { Instant } from '../../shared/instant.ts';
import type { ChangedSections } from '../../shared/report/report.ts';
import type { ReportMessage } from '../../shared/wire/messages.ts';

/** A report as it waits; times are as this device's clock gave them. */
export interface WaitingReport {
  sequence: number;
  at: Instant;
  sections: ChangedSections;
}

/** What collecting needs of the disk. Report and baseline are one transaction. */
export interface ReportQueue {
  open(): Promise<{ baseline: ReadonlyMap<string, string> }>;
  queue(report: { at: Instant; sections: ChangedSections; answers: ReadonlyMap<string, string> }): Promise<number>;
  /** Agrees with the server on what it holds; `sendEverything`: the baselines are gone. */
  agree(lastSequence: number): Promise<{ sendEverything: boolean }>;
}

/** What sending needs of the disk. */
export interface ReportShelf {
  oldest(): Promise<WaitingReport | undefined>;
  acknowledge(sequence: number): Promise<void>;
  setAside(sequence: number, code: string): Promise<void>;
}

/** Hands a report to the server. `later`: no answer that settles it; `refused`: it will never be taken as it is. */
export type DeliverReport = (
  message: ReportMessage,
) => Promise<{ state: 'done' } | { state: 'later' } | { state: 'refused'; code: string; message: string }>;
