import { unknownSentence } from '../../shared/policy/unknown-sentences.ts';
import type { Health } from '../../shared/report/health.ts';
import type { SystemFacts } from '../../shared/report/system.ts';
import { counted } from '../../shared/words.ts';
import { moment, type Story } from './story.ts';

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

/** The agent itself: what it keeps tells. The figures of a process that looks for a person are not the agent's. */
export const agentStory: Story<Health> = {
  question: 'How is the Hometime agent itself?',
  demands: [],
  answer: ({ starts, failures }) => [
    'Whether the agent runs and since when, its clock, its memory and its last full round are not known to this look, which is a process of its own: "hometime-agent status" and the dashboard tell them.',
    ...(starts > 1 ? [`The agent started ${counted(starts, 'time')} in the last 24 hours, by what it kept.`] : []),
    ...failures.map(
      ({ section, count, last }) =>
        `"${section}" gave no answer ${counted(count, 'time')} in this look; last because ${unknownSentence(last).why}.`,
    ),
  ],
  follows: () => ['What cannot be told here says nothing about how the agent is.'],
};
