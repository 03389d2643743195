import { Radio } from '@mantine/core';
import { useState } from 'react';
import type { DeviceView } from '../../../../../shared/api/devices.ts';
import type { CommandArgs } from '../../../../../shared/command/kinds.ts';
import type { Session } from '../../../../../shared/report/sessions.ts';
import { useNow } from '../../live/use-now.ts';
import { oldFacts } from '../../words/presence.ts';
import { sessionWords } from '../../words/sessions.ts';
import { unknownSaid } from '../../words/unknown.ts';
import styles from '../order.module.css';
import { checked, type DraftProps } from './draft.ts';
import { NoticeFields, noNotice, noticeOf, noticeSentences } from './notice-fields.tsx';

const everyone = 'everyone';

/** Whom to log out, and with what notice. */
export function LogOutDraft({ device, children }: DraftProps) {
  const [whom, setWhom] = useState(everyone);
  const [notice, setNotice] = useState(noNotice);
  const order = () => {
    const named = sessionsFor(whom, device);
    if (named === undefined)
      return { faults: { whom: 'That session is no longer there. Choose again whom to log out.' } };
    const given = noticeOf(notice);
    return checked(
      { kind: 'logout', args: { ...named, ...(given === undefined ? {} : { notice: given }) } },
      noticeSentences,
    );
  };
  return children({
    order,
    submit: whom === everyone ? 'Log everyone out' : 'Log this session out',
    fields: (faults) => (
      <>
        {device === undefined ? (
          <p>Everyone who is signed in when the order arrives, on each device.</p>
        ) : (
          <Whom device={device} value={whom} onChange={setWhom} error={faults.whom} />
        )}
        <NoticeFields values={notice} onChange={setNotice} faults={faults} />
      </>
    ),
  });
}

interface WhomProps {
  device: DeviceView;
  value: string;
  onChange: (value: string) => void;
  error: string | undefined;
}

function Whom({ device, value, onChange, error }: WhomProps) {
  const now = useNow();
  const reading = device.sections.sessions;
  const sessions = sessionsOf(device);
  const old = oldFacts(device.presence, now);
  const said =
    reading.state === 'unknown'
      ? `${unknownSaid(reading).text}.`
      : sessions.length === 0
        ? 'The device says that nobody is signed in.'
        : '';
  return (
    <Radio.Group
      label="Whom"
      description={[said, old && `This is ${old}.`].filter(Boolean).join(' ') || undefined}
      value={value}
      onChange={onChange}
      error={error}
    >
      <div className={styles.choices}>
        <Radio data-autofocus value={everyone} label="Everyone who is signed in when the order arrives" />
        {sessions.map((session) => (
          <Radio
            key={keyOf(session)}
            value={keyOf(session)}
            label={session.person}
            description={sessionWords(session, now)}
          />
        ))}
      </div>
    </Radio.Group>
  );
}

function sessionsOf({ sections }: DeviceView): readonly Session[] {
  return sections.sessions.state === 'known' ? sections.sessions.value.sessions : [];
}

/** One sign-in and no other: its number alone may be somebody else's by the time the form is sent. */
function keyOf({ id, person, since }: Session): string {
  return JSON.stringify([id, person, since]);
}

/** undefined: the session that was chosen is gone. */
function sessionsFor(
  whom: string,
  device: DeviceView | undefined,
): Pick<CommandArgs<'logout'>, 'sessions'> | undefined {
  if (whom === everyone) return {};
  const chosen = device && sessionsOf(device).find((session) => keyOf(session) === whom);
  return chosen && { sessions: [{ id: chosen.id, person: chosen.person, since: chosen.since }] };
}
