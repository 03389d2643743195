import { Checkbox, NumberInput, Radio } from '@mantine/core';
import { useState } from 'react';
import type { DeviceView } from '../../../../../shared/api/devices.ts';
import type { CommandArgs } from '../../../../../shared/command/kinds.ts';
import { type PhotoPlace, photoPlaceSchema } from '../../../../../shared/report/photos.ts';
import { countWords, photoPlaceWords } from '../../words/photos.ts';
import { unknownSaid } from '../../words/unknown.ts';
import styles from '../order.module.css';
import { checked, type DraftProps } from './draft.ts';
import { LeftAlone } from './left-alone.tsx';

interface Values {
  where: 'usual' | 'named';
  places: PhotoPlace[];
  age: 'all' | 'old';
  days: number | string;
  only: 'both' | 'photos' | 'videos';
  cloud: boolean;
}

const atFirst: Values = { where: 'usual', places: [], age: 'all', days: 30, only: 'both', cloud: false };

function argsOf({ where, places, age, days, only, cloud }: Values): CommandArgs<'clear-photos'> {
  return {
    ...(where === 'named' ? { places } : {}),
    ...(age === 'old' ? { olderThanDays: days === '' ? Number.NaN : Number(days) } : {}),
    ...(only === 'both' ? {} : { only }),
    ...(cloud ? { cloudFolders: 'delete-everywhere' as const } : {}),
  };
}

/** Which photos: where, how old, of which class; and what stays, said before it is ordered. */
export function ClearPhotosDraft({ device, children }: DraftProps) {
  const [values, setValues] = useState(atFirst);
  const change = (part: Partial<Values>) => setValues((was) => ({ ...was, ...part }));
  const order = () =>
    checked(
      { kind: 'clear-photos', args: argsOf(values) },
      { places: 'Choose at least one place', olderThanDays: 'Write a whole number of days, from 0 to 3650' },
    );
  return children({
    order,
    submit: 'Delete them for good',
    fields: (faults) => (
      <>
        <Where device={device} values={values} change={change} error={faults.places} />
        <Radio.Group
          label="How old"
          value={values.age}
          onChange={(age) => change({ age: age === 'old' ? 'old' : 'all' })}
        >
          <div className={styles.choices}>
            <Radio value="all" label="All of them" />
            <Radio value="old" label="Only what was last changed some time ago" />
          </div>
        </Radio.Group>
        {values.age === 'old' && (
          <NumberInput
            label="At least so many days ago"
            min={0}
            max={3650}
            value={values.days}
            onChange={(days) => change({ days })}
            error={faults.olderThanDays}
          />
        )}
        <Radio.Group
          label="What"
          value={values.only}
          onChange={(only) => change({ only: only === 'photos' || only === 'videos' ? only : 'both' })}
        >
          <div className={styles.choices}>
            <Radio value="both" label="Photos and videos" />
            <Radio value="photos" label="Only photos" />
            <Radio value="videos" label="Only videos" />
          </div>
        </Radio.Group>
        <Checkbox
          label="In cloud folders too"
          description="Deletes the copy in the cloud as well, for everybody who shares it"
          checked={values.cloud}
          onChange={(event) => change({ cloud: event.currentTarget.checked })}
        />
        <LeftAlone resources={!values.places.includes('resources') || values.where === 'usual'} cloud={!values.cloud} />
      </>
    ),
  });
}

interface WhereProps {
  device: DeviceView | undefined;
  values: Values;
  change: (part: Partial<Values>) => void;
  error: string | undefined;
}

function Where({ device, values, change, error }: WhereProps) {
  return (
    <>
      <Radio.Group
        label="Where"
        value={values.where}
        onChange={(where) => change({ where: where === 'named' ? 'named' : 'usual' })}
        error={error}
      >
        <div className={styles.choices}>
          <Radio data-autofocus value="usual" label="Everywhere but the resource folder, the bin too" />
          <Radio value="named" label="Only these places" />
        </div>
      </Radio.Group>
      {values.where === 'named' && (
        <Checkbox.Group
          label="Places"
          value={values.places}
          onChange={(places) => change({ places: photoPlaceSchema.options.filter((place) => places.includes(place)) })}
        >
          <div className={styles.grid}>
            {photoPlaceSchema.options.map((place) => (
              <Checkbox
                key={place}
                value={place}
                label={photoPlaceWords(place)}
                description={device === undefined ? undefined : seenAt(place, device)}
              />
            ))}
          </div>
        </Checkbox.Group>
      )}
    </>
  );
}

/** How many were last counted there; undefined where the device says nothing of the place. */
function seenAt(place: PhotoPlace, { sections: { photos } }: DeviceView): string | undefined {
  const seen = photos.state === 'known' ? photos.value.places.find((each) => each.place === place) : undefined;
  if (seen === undefined) return undefined;
  return seen.count.state === 'known'
    ? `${countWords(seen.count.value)}, as last counted`
    : unknownSaid(seen.count).text;
}
