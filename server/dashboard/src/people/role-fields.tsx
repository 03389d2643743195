import { NativeSelect, NumberInput } from '@mantine/core';
import { mostCommitteeDays, type Role, roleSchema } from '../../../../shared/api/people.ts';
import { roleChoices, roleMeaning } from '../words/role.ts';

/** A role and its end, as they are filled in. */
export interface RoleValues {
  role: Role;
  /** Empty: without an end. */
  days: number | string;
}

/** The days for the contract: null for none. A field that was emptied is no number. */
export function daysOf({ days }: RoleValues): number | null {
  return days === '' ? null : Number(days);
}

/** What is wrong with the days; undefined: nothing. */
export function daysFault(values: RoleValues): string | undefined {
  const days = daysOf(values);
  const most = values.role === 'committee' ? mostCommitteeDays : 365;
  if (days === null)
    return values.role === 'committee' ? `Write for how many days, ${mostCommitteeDays} at most` : undefined;
  return Number.isInteger(days) && days >= 1 && days <= most
    ? undefined
    : `Write a whole number of days, from 1 to ${most}`;
}

interface RoleFieldsProps {
  values: RoleValues;
  onChange: (values: RoleValues) => void;
  fault: string | undefined;
}

export function RoleFields({ values, onChange, fault }: RoleFieldsProps) {
  return (
    <>
      <NativeSelect
        label="Role"
        description={`${roleMeaning(values.role)}.`}
        data={roleChoices}
        value={values.role}
        onChange={(event) => onChange({ ...values, role: roleSchema.parse(event.currentTarget.value) })}
      />
      <NumberInput
        label="Ends after so many days"
        description={
          values.role === 'committee'
            ? `Committee members and inspectors read for a limited time: ${mostCommitteeDays} days at most`
            : 'Leave it empty for somebody who stays'
        }
        min={1}
        value={values.days}
        onChange={(days) => onChange({ ...values, days })}
        error={fault}
      />
    </>
  );
}
