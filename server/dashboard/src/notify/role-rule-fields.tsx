import { Checkbox } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import type { MatterKind, NotifyRules } from '../../../../shared/api/notify.ts';
import { kindsOfLeads } from '../../../../shared/api/notify.ts';
import { roleSchema } from '../../../../shared/api/people.ts';
import { mattersTitle } from '../words/notify.ts';
import { roleChoices } from '../words/role.ts';
import own from './notify.module.css';

interface FieldsProps {
  form: UseFormReturnType<NotifyRules>;
  kind: MatterKind;
}

/** Who is told of one kind of matter first, and who when none of them has looked. */
export function RoleRuleFields({ form, kind }: FieldsProps) {
  const fixed = kindsOfLeads.includes(kind) ? 'safeguarding-lead' : undefined;
  const choices = (name: 'first' | 'alternates') => (
    <Checkbox.Group
      label={name === 'first' ? 'Told first' : 'Told when none of them looks'}
      value={form.values.roles[kind][name]}
      onChange={(roles) => form.setFieldValue(`roles.${kind}.${name}`, roleSchema.array().parse(roles))}
    >
      <div className={own.days}>
        {roleChoices.map(({ value, label }) => (
          <Checkbox key={value} value={value} label={label} disabled={name === 'first' && value === fixed} />
        ))}
      </div>
    </Checkbox.Group>
  );
  return (
    <fieldset className={own.group}>
      <legend>{mattersTitle(kind)}</legend>
      {choices('first')}
      {choices('alternates')}
    </fieldset>
  );
}
