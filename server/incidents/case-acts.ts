import { StatedError } from '../../shared/api/errors.ts';
import { moveCase } from '../../shared/incident/case-life.ts';
import { categoryCatalogue } from '../../shared/incident/categories.ts';
import { dueAt } from '../../shared/incident/clocks.ts';
import { confidentialOutcomes, type Outcome, outcomeCatalogue, stepsOf } from '../../shared/incident/outcomes.ts';
import { retentionClasses, retentionOf } from '../../shared/incident/retention.ts';
import { type Instant, instant } from '../../shared/instant.ts';
import type { Handlers } from '../http/handlers.ts';
import { type ActingParts, createActing, taking } from './acting.ts';
import { readEntry } from './case-fold.ts';
import type { OpenedCase } from './desk.ts';
import { type NewEntry, theServer } from './record.ts';

/** What those who look after a case do with it. */
export function caseActRoutes(parts: ActingParts) {
  const { act, now } = createActing(parts);
  const { tell } = parts;

  return {
    takeIncident: ({ asker, params }) =>
      act({ asker, id: params.id ?? '', act: 'take' }, (opened, _connection, by) => ({ entries: taking(opened, by) })),

    assessIncident: ({ asker, params, body: { severity, conduct, reason } }) =>
      act({ asker, id: params.id ?? '', act: 'assess' }, (opened, _connection, by) => ({
        entries: [...taking(opened, by), { kind: 'assessed', data: { severity, conduct }, text: reason, by }],
      })),

    signOffIncident: ({ asker, params }) =>
      act({ asker, id: params.id ?? '', act: 'sign-off' }, ({ of }, _connection, by) => {
        const { severity, conduct } = of.facts;
        if (conduct === null) throw new StatedError('conflict', 'Assess the case first.');
        const alone = of.assessedBy === asker.id;
        return { entries: [{ kind: 'signed-off', data: { severity, conduct, alone }, text: null, by }] };
      }),

    decideOutcome: ({ asker, params, body: { outcome, reason } }) =>
      act({ asker, id: params.id ?? '', act: 'decide-outcome' }, async (opened, connection, by) => {
        if (outcomesOf(opened).includes(outcome))
          throw new StatedError('conflict', `"${outcomeCatalogue[outcome].label}" has been decided already.`);
        const { settingId, facts } = opened.seen.found;
        const { calendar } = await parts.timeOf(connection, settingId, facts.knownAt);
        const steps = stepsOf(outcome).map(({ code, step: { clock } }) => ({
          step: code,
          dueAt: clock === null ? null : dueAt(clock, facts.knownAt, calendar),
        }));
        const data = { outcome, from: facts.knownAt, steps };
        const entries: NewEntry[] = [...taking(opened, by), { kind: 'outcome', data, text: reason, by }];
        if (facts.confidential || !confidentialOutcomes.has(outcome)) return { entries };
        // Whoever decides it need not think of it, and may be who it passes by from now on.
        return {
          entries: [...entries, madeConfidential],
          afterwards: () => tell(connection, { incidentId: opened.seen.found.id, what: 'restricted' }),
        };
      }),

    settleStep: ({ asker, params, body: { outcome, step, how, text, doneAt = now() } }) =>
      act({ asker, id: params.id ?? '', act: 'settle-step' }, (opened, _connection, by) => {
        mustBeSettleable(opened, { outcome, step, how });
        if (doneAt > now())
          throw new StatedError('not-valid', 'A step is done by now, or not yet.', {
            fields: { doneAt: 'is in the future' },
          });
        return {
          entries: [...taking(opened, by), { kind: 'step-settled', data: { outcome, step, how, doneAt }, text, by }],
        };
      }),

    closeIncident: ({ asker, params, body: { reason } }) =>
      act({ asker, id: params.id ?? '', act: 'close' }, (opened, _connection, by) => {
        const from = opened.of.facts.state;
        const data = { from, to: moveCase(from, 'closed'), keptUntil: keptUntil(opened, now()) };
        return { entries: [{ kind: 'state-changed', data, text: reason, by }] };
      }),
  } satisfies Partial<Handlers>;
}

const madeConfidential: NewEntry = {
  kind: 'confidentiality',
  data: { confidential: true },
  text: 'A case with an allegation of harm passes the manager and the deputy by.',
  by: theServer,
};

function outcomesOf({ entries }: OpenedCase): Outcome[] {
  return entries.flatMap((entry) => {
    const folded = readEntry(entry);
    return folded?.kind === 'outcome' ? [folded.data.outcome] : [];
  });
}

/** Until when the words of a case that is closed now are kept; null: until somebody decides. */
function keptUntil(opened: OpenedCase, now: Instant): Instant | null {
  const { keep } = categoryCatalogue[opened.of.facts.category];
  const { years } = retentionClasses[retentionOf(keep, outcomesOf(opened))];
  if (years === null) return null;
  // A clock that is behind what was written before does not make it a case of long ago.
  const latest = opened.entries.reduce((at, entry) => (entry.at > at ? entry.at : at), String(now));
  const end = new Date(latest);
  end.setUTCFullYear(end.getUTCFullYear() + years);
  return instant(end.getTime());
}

function mustBeSettleable(
  { steps }: OpenedCase,
  { outcome, step, how }: { outcome: Outcome; step: string; how: 'done' | 'not-needed' },
): void {
  const stored = steps.find((each) => each.outcome === outcome && each.step === step);
  if (stored === undefined) throw new StatedError('not-valid', 'This case has no such step. Choose one of its list.');
  if (stored.settled)
    throw new StatedError('conflict', 'This step is settled already. Put it right with an amendment.');
  const kind = stepsOf(outcome).find(({ code }) => code === step)?.step;
  if (how === 'not-needed' && kind?.mayBeNotNeeded !== true)
    throw new StatedError('conflict', 'This step cannot be left out. Say when it was done.');
}
