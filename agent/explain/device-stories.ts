import { unknownSentence } from '../../shared/policy/unknown-sentences.ts';
import type { Health } from '../../shared/report/health.ts';
import type { SystemFacts } from '../../shared/report/system.ts';
import { counted, moment, type Story } from './story.ts';

/** What the device is. */
export const systemStory: Story<SystemFacts> = {
  question: 'What is this device, and how is it?',
  demands: ['DEV6'],
  answer: ({ model, os, bootedAt, disk, battery, updates }) => [
    `${model ?? 'A device whose maker is not known'}, ${os.name} ${os.version}${os.build === undefined ? '' : ` (${os.build})`}.`,
    `Started ${moment(bootedAt)}.`,
    disk === null ? 'Free space is not known.' : `${disk.freeGb} of ${disk.totalGb} GB are free.`,
    battery === null ? 'No battery.' : `Battery ${battery.percent} %${battery.charging ? ', charging' : ''}.`,
    updatesIn(updates),
  ],
  follows: () => ['Figures are rounded so that small changes are not sent all day.'],
};

function updatesIn(updates: SystemFacts['updates']): string {
  if (updates === undefined) return 'Updates are not asked about on this system.';
  if (updates.state === 'unknown') return `Whether updates wait is not known: ${unknownSentence(updates.reason).why}.`;
  const { pending, restart } = updates.value;
  return `${counted(pending, 'update')} waiting${restart ? ', and a restart' : ''}.`;
}

/** The agent itself. */
export const agentStory: Story<Health> = {
  question: 'How is the Hometime agent itself?',
  demands: [],
  answer: ({ startedAt, starts, clockSkewSeconds, memoryMb, cpuPercent, failures, lastFullCycleAt }) => [
    `Running since ${moment(startedAt)}; ${counted(starts, 'start')} in the last 24 hours.`,
    clockSkewSeconds === null
      ? 'The device’s clock has not been compared with the server’s.'
      : `The device’s clock is ${Math.abs(clockSkewSeconds)} s ${clockSkewSeconds < 0 ? 'behind' : 'ahead of'} the server’s.`,
    lastFullCycleAt === null
      ? 'Not everything has been asked yet.'
      : `Everything was last asked in the hour of ${moment(lastFullCycleAt)}.`,
    `About ${memoryMb} MB of memory and ${cpuPercent} % of one processor.`,
    ...failures.map(
      ({ section, count, last }) =>
        `"${section}" gave no answer ${counted(count, 'time')} in 24 hours; last because ${unknownSentence(last).why}.`,
    ),
  ],
  follows: () => ['These are the agent’s own figures; nothing was asked of the system.'],
};
