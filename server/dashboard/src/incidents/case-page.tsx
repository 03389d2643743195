import { useEffect } from 'react';
import { Link } from 'wouter';
import type { IncidentCase } from '../../../../shared/api/incidents.ts';
import { isCode } from '../api/call.ts';
import { useIncident } from '../api/incidents.ts';
import { useNoticesChanged } from '../api/notify.ts';
import { Card } from '../page/card.tsx';
import styles from '../page/page.module.css';
import { Page } from '../page/page.tsx';
import { Badge } from '../page/said.tsx';
import { Trouble, Waiting } from '../page/trouble.tsx';
import { At } from '../page/when.tsx';
import { caseStateWords, sightWords, sourceWords } from '../words/case.ts';
import { aboutWords, courseWords, severityWords, timesWords } from '../words/incident.ts';
import { dayWords } from '../words/time.ts';
import { AssessmentCard } from './assessment-card.tsx';
import { AttachmentsCard } from './attachments-card.tsx';
import { CaseActs } from './case-acts.tsx';
import { ConfidentialBadge } from './confidential-badge.tsx';
import { Emergency } from './emergency.tsx';
import { Fact } from './incident-card.tsx';
import own from './incidents.module.css';
import { OutcomesCard } from './outcomes-card.tsx';
import { PeopleCard } from './people-card.tsx';
import { SeenCard } from './seen-card.tsx';
import { Timeline } from './timeline.tsx';

/** One case, whole or as much of it as this person sees. */
export function CasePage({ id }: { id: string }) {
  const found = useIncident(id);
  // What was seen before is not kept in sight of whoever may not see it any more.
  const isMissing = found.isError && isCode(found.error, 'not-found');
  const shown = isMissing ? undefined : found.data;
  const changed = useNoticesChanged();
  // To have it before one's eyes is to have looked at it: the server has marked the notice.
  useEffect(() => {
    if (found.isSuccess) void changed();
  }, [found.isSuccess, changed]);
  return (
    <Page
      title={shown === undefined ? 'A case' : `${aboutWords(shown)} (${shown.reference})`}
      heading={shown && aboutWords(shown)}
    >
      <Emergency />
      {found.isPending && <Waiting what="Asking for the case…" />}
      {isMissing && (
        <p>
          There is no such case, or it is not for you. <Link href="/incidents">Back to the cases</Link>
        </p>
      )}
      {found.isError && !isMissing && (
        <Trouble what="The case could not be loaded" error={found.error} again={() => void found.refetch()} />
      )}
      {shown !== undefined && <Whole incident={shown} />}
    </Page>
  );
}

function Whole({ incident }: { incident: IncidentCase }) {
  const isWhole = incident.sight === 'whole';
  // Clocks come before everything; until there are any, what happened does. One key, for it is the same card in both places.
  const isDecided = incident.outcomes.length > 0;
  return (
    <>
      <Head incident={incident} />
      <CaseActs incident={incident} />
      {isDecided && <OutcomesCard key="outcomes" incident={incident} />}
      <Timeline incident={incident} />
      {isWhole && <AssessmentCard incident={incident} />}
      {isWhole && !isDecided && <OutcomesCard key="outcomes" incident={incident} />}
      {isWhole && <PeopleCard incident={incident} />}
      {(incident.attachments.length > 0 || incident.may.includes('attach')) && <AttachmentsCard incident={incident} />}
      {isWhole && <SeenCard incident={incident} />}
    </>
  );
}

function Head({ incident }: { incident: IncidentCase }) {
  const severity = severityWords(incident.severity);
  const state = caseStateWords(incident.state);
  const less = sightWords(incident.sight);
  return (
    <Card title={`Case ${incident.reference}`}>
      <div className={own.badges}>
        <Badge tone={severity.tone}>{severity.label}</Badge>
        <Badge tone={state.tone}>{state.label}</Badge>
        {incident.matter !== null && <Badge tone={incident.ongoing ? 'warn' : 'plain'}>{courseWords(incident)}</Badge>}
        {incident.confidential && <ConfidentialBadge />}
      </div>
      {incident.confidential && (
        <p className={own.passing}>This case passes the manager and the deputy by. Speak of it to nobody else.</p>
      )}
      {less !== '' && <p className={styles.note}>{less}</p>}
      <dl className={own.facts}>
        <Fact name="How it came to be known">{sourceWords(incident.source)}</Fact>
        {incident.deviceId !== null && (
          <Fact name="Device">
            <Link href={`/devices/${incident.deviceId}`}>{incident.deviceName ?? 'A device'}</Link>
          </Fact>
        )}
        <Fact name="First seen">
          <At at={incident.openedAt} />
        </Fact>
        <Fact name="Known since">
          <At at={incident.knownAt} />
        </Fact>
        <Fact name="How often">{timesWords(incident.count)}</Fact>
        {incident.keptUntil !== null && <Fact name="Kept until">{dayWords(incident.keptUntil)}</Fact>}
        {incident.holds.length > 0 && (
          <Fact name="Held">
            Nothing may be deleted there; <Link href="/records">the hold is lifted under Records</Link>
          </Fact>
        )}
      </dl>
      {incident.follows !== null && (
        <p>
          It goes on from <Link href={`/incidents/${incident.follows}`}>an earlier case</Link>, which is closed.
        </p>
      )}
      {incident.followedBy.map((later) => (
        <p key={later}>
          It went on later: <Link href={`/incidents/${later}`}>the newer case</Link>
        </p>
      ))}
    </Card>
  );
}
