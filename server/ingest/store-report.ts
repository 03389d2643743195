import { StatedError } from '../../shared/api/errors.ts';
import { type Clock, type Instant, instant } from '../../shared/instant.ts';
import { answerText } from '../../shared/reading.ts';
import { type SectionName, type Sections, sectionNames } from '../../shared/report/report.ts';
import type { ReportMessage } from '../../shared/wire/messages.ts';
import type { Connection } from '../storage/database.ts';

/** What storing a report needs of devices. */
export interface ReportedDevices {
  find(
    connection: Connection,
    id: string,
  ): Promise<{ id: string; epoch: number; lastSequence: number; enrolledAt: Instant | null } | undefined>;
  latest(connection: Connection, id: string): Promise<Sections>;
  storeChange(
    connection: Connection,
    change: { deviceId: string; section: SectionName; reading: Sections[SectionName]; receivedAt: Instant },
  ): Promise<void>;
  noteSequence(connection: Connection, id: string, sequence: number, at: Instant): Promise<void>;
}

interface StoreReportParts {
  clock: Clock;
  devices: ReportedDevices;
  /** Judges the device by what is stored now, at the time the report speaks of. */
  judge: (connection: Connection, deviceId: string, at: Instant) => Promise<string[]>;
  /** Told in the transaction when the agent's own health changed: what was known of it, and what it says now. */
  healthChanged: (connection: Connection, deviceId: string, change: HealthChange) => Promise<void>;
}

/** Two words of an agent on itself, one after the other. */
export interface HealthChange {
  before: Sections['agent'];
  now: Sections['agent'];
}

/**
 * Stores the changed sections of a report and judges the device by them. A
 * sequence that was stored before is acknowledged and not stored again; a
 * report of another enrolment is refused. Answers the incidents it touched.
 */
export function createStoreReport({ clock, devices, judge, healthChanged }: StoreReportParts) {
  return async (connection: Connection, deviceId: string, report: ReportMessage): Promise<string[]> => {
    const device = await devices.find(connection, deviceId);
    if (device === undefined || device.epoch !== report.epoch) {
      throw new StatedError(
        'wrong-epoch',
        'This report is of another enrolment of the device. Enrol it again with a new link if it should be in the fleet.',
      );
    }
    if (report.sequence <= device.lastSequence) return [];
    const receivedAt = instant(clock.now());
    const latest = await devices.latest(connection, deviceId);
    for (const section of sectionNames) {
      const reading = report.sections[section];
      if (reading === undefined || isRepeated(latest[section], reading)) continue;
      await devices.storeChange(connection, { deviceId, section, reading, receivedAt });
    }
    const { agent } = report.sections;
    if (agent !== undefined) await healthChanged(connection, deviceId, { before: latest.agent, now: agent });
    await devices.noteSequence(connection, deviceId, report.sequence, receivedAt);
    return judge(connection, deviceId, between(device.enrolledAt ?? receivedAt, report.at, receivedAt));
  };
}

function isRepeated(latest: Sections[SectionName], reading: Sections[SectionName]): boolean {
  return answerText(latest) === answerText(reading);
}

/** A clock that was dead dates its reports 1970, one that is ahead dates them tomorrow: neither is when it happened. */
function between(earliest: Instant, at: Instant, latest: Instant): Instant {
  if (at < earliest) return earliest;
  return at > latest ? latest : at;
}
