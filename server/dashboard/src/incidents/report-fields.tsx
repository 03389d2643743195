import { Checkbox, NativeSelect, Radio, Textarea, TextInput } from '@mantine/core';
import { categoryCatalogue, categorySchema } from '../../../../shared/incident/categories.ts';
import { concernsSchema } from '../../../../shared/incident/entries.ts';
import { concernedChoices } from '../words/case.ts';
import own from './incidents.module.css';
import { isAlwaysConfidential, type Report } from './report-draft.ts';

interface FieldsProps {
  report: Report;
  onChange: (report: Report) => void;
  faults: Partial<Record<keyof Report, string>>;
}

/** Children first, then people, then devices: whoever reports should not have to search for the gravest. */
const children = ['child-concern', 'allegation-of-harm', 'images-shared', 'data-breach'];
const choices = Object.entries(categoryCatalogue).map(([value, { label }]) => ({ value, label }));
const groups = [
  { value: '', label: 'Choose…' },
  { group: 'Children and their information', items: choices.filter(({ value }) => children.includes(value)) },
  { group: 'Everything else', items: choices.filter(({ value }) => !children.includes(value)) },
];

/** What both forms ask, the short one and that with an account. */
export function ReportFields({ report, onChange, faults }: FieldsProps) {
  const set = (changed: Partial<Report>) => onChange({ ...report, ...changed });
  return (
    <>
      <NativeSelect
        label="What it is about"
        data={groups}
        value={report.category}
        error={faults.category}
        onChange={(event) => set({ category: categorySchema.safeParse(event.currentTarget.value).data ?? '' })}
      />
      <Textarea
        label="What you saw or heard"
        description="In your own words. Name people by what they are here and their initials: “a child, AB”."
        rows={6}
        value={report.text}
        error={faults.text}
        onChange={(event) => set({ text: event.currentTarget.value })}
      />
      <TextInput
        type="datetime-local"
        label="When it happened"
        description="If you know"
        value={report.happenedAt}
        error={faults.happenedAt}
        onChange={(event) => set({ happenedAt: event.currentTarget.value })}
      />
      <WhoSees report={report} set={set} />
      <Checkbox.Group
        label="Is it about one of these?"
        description="They are not told, and see nothing of it"
        value={report.about}
        onChange={(roles) => set({ about: concernsSchema.shape.roles.parse(roles) })}
      >
        <div className={own.choices}>
          {concernedChoices.map(({ value, label }) => (
            <Checkbox key={value} value={value} label={label} />
          ))}
        </div>
      </Checkbox.Group>
    </>
  );
}

function WhoSees({ report, set }: { report: Report; set: (changed: Partial<Report>) => void }) {
  if (isAlwaysConfidential(report))
    return (
      <p className={own.passing}>
        Such a report goes to the safeguarding lead alone. The manager and the deputy do not see it.
      </p>
    );
  return (
    <Radio.Group
      label="Who may see it"
      value={report.confidential ? 'lead' : 'both'}
      onChange={(value) => set({ confidential: value === 'lead' })}
    >
      <div className={own.choices}>
        <Radio value="both" label="The safeguarding lead, the manager and the deputy" />
        <Radio value="lead" label="The safeguarding lead only: it passes the manager and the deputy by" />
      </div>
    </Radio.Group>
  );
}
