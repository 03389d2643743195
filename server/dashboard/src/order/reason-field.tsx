import { Textarea } from '@mantine/core';
import { reasonSchema } from '../../../../shared/names.ts';

/** What is wrong with a stated reason; undefined: nothing. */
export function reasonFault(reason: string): string | undefined {
  return reasonSchema.safeParse(reason.trim()).success
    ? undefined
    : 'Write why, in 3 to 500 letters. It is kept with your name.';
}

interface ReasonFieldProps {
  value: string;
  onChange: (value: string) => void;
  error: string | undefined;
  isFirst?: boolean;
}

/** Why: kept in the record beside the person's name. */
export function ReasonField({ value, onChange, error, isFirst = false }: ReasonFieldProps) {
  return (
    <Textarea
      {...(isFirst ? { 'data-autofocus': true } : {})}
      label="Why"
      description="Kept in the record with your name"
      autosize
      minRows={2}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      error={error}
    />
  );
}
