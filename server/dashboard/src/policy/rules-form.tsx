import { Button } from '@mantine/core';
import { useForm } from '@mantine/form';
import { type ComponentType, useState } from 'react';
import type { Role } from '../../../../shared/api/people.ts';
import type { PolicyView } from '../../../../shared/api/policy.ts';
import { mayCall } from '../api/allowed.ts';
import { Card } from '../page/card.tsx';
import { ChangeDialogue } from './change-dialogue.tsx';
import { type Draft, faultsOfDraft, policyOf } from './draft.ts';
import { AwayPart } from './part/away-part.tsx';
import { ClosingPart } from './part/closing-part.tsx';
import { ClosuresPart } from './part/closures-part.tsx';
import { HoursPart } from './part/hours-part.tsx';
import { OutOfHoursPart } from './part/out-of-hours-part.tsx';
import { PeoplePart } from './part/people-part.tsx';
import { PhotosPart } from './part/photos-part.tsx';
import { UnknownPart } from './part/unknown-part.tsx';
import { MediaPart, WebPart } from './part/use-part.tsx';
import { WipePart } from './part/wipe-part.tsx';
import styles from './policy.module.css';
import type { PolicyForm } from './policy-form.ts';
import { anchorOf } from './rule.tsx';

/** Every rule by its title, in the order of a manager's day. */
const parts: readonly (readonly [string, ComponentType<{ form: PolicyForm }>])[] = [
  ['Opening hours', HoursPart],
  ['Half-terms, holidays and other closed days', ClosuresPart],
  ['At closing time', ClosingPart],
  ['While you are closed', OutOfHoursPart],
  ['Away from the setting', AwayPart],
  ['Photos and videos', PhotosPart],
  ['Memory sticks and cards', MediaPart],
  ['The web', WebPart],
  ['People', PeoplePart],
  ['When something cannot be told', UnknownPart],
  ['Wiping a device', WipePart],
];

interface RulesFormProps {
  inForce: PolicyView;
  role: Role;
  onSaved: () => void;
}

/** The switches and limits. A manager sees them; an administrator changes them, once they have seen what a change does. */
export function RulesForm({ inForce, role, onSaved }: RulesFormProps) {
  // As it was when this person began: what is shown meanwhile may be newer.
  const [begun] = useState(inForce);
  const [isLooking, setIsLooking] = useState(false);
  const form = useForm<Draft>({ initialValues: begun.policy, validate: faultsOfDraft });
  const isFixed = !mayCall('changePolicy', role);
  const isChanged = JSON.stringify(form.values) !== JSON.stringify(begun.policy);
  const mine = policyOf(form.values);
  return (
    <form className={styles.form} noValidate onSubmit={form.onSubmit(() => setIsLooking(true))}>
      <Card title="What you ask of your devices">
        <nav aria-label="Rules on this page" className={styles.contents}>
          {parts.map(([title]) => (
            <a key={title} href={`#${anchorOf(title)}`}>
              {title}
            </a>
          ))}
        </nav>
        {isFixed && <p className={styles.small}>Only an administrator can change these. Ask yours.</p>}
        <fieldset className={styles.fields} disabled={isFixed}>
          <legend className={styles.hidden}>Rules</legend>
          {parts.map(([title, Part]) => (
            <Part key={title} form={form} />
          ))}
        </fieldset>
      </Card>
      {!isFixed && (
        <SaveBar
          isChanged={isChanged}
          hasFaults={Object.keys(form.errors).length > 0}
          undo={() => form.setValues(begun.policy)}
        />
      )}
      {isLooking && mine !== undefined && (
        <ChangeDialogue begun={begun} mine={mine} onClose={() => setIsLooking(false)} onSaved={onSaved} />
      )}
    </form>
  );
}

function SaveBar({ isChanged, hasFaults, undo }: { isChanged: boolean; hasFaults: boolean; undo: () => void }) {
  return (
    <div className={styles.saveBar} data-changed={isChanged || undefined}>
      <p role="status">
        {hasFaults && 'Something above cannot be saved as it is. '}
        {isChanged ? 'You changed something; nothing is saved yet.' : 'Nothing is changed.'}
      </p>
      <div className={styles.buttons}>
        {isChanged && (
          <Button variant="default" onClick={undo}>
            Undo
          </Button>
        )}
        <Button type="submit" disabled={!isChanged}>
          See what this changes…
        </Button>
      </div>
    </div>
  );
}
