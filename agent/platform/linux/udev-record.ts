/**
 * A record of udev's database, `/run/udev/data/b8:0`: one letter, a colon and a
 * value a line, `E:` for properties. The form is udev's own and the same since 2010.
 */
export interface UdevRecord {
  properties: ReadonlyMap<string, string>;
  /** Microseconds since the boot at which udev first saw the device: another number each time it is put in. */
  seenAt: string | undefined;
  /** The record itself, to tell whether it changed. */
  text: string;
}

/** Lines that are not understood are passed over; a property that occurs twice has its last value. */
export function parseUdevRecord(text: string): UdevRecord {
  const properties = new Map<string, string>();
  let seenAt: string | undefined;
  for (const line of text.replace(/^\uFEFF/, '').split(/\r?\n/)) {
    const property = /^E:([A-Za-z0-9_]+)=(.*)$/.exec(line);
    if (property?.[1] !== undefined) properties.set(property[1], property[2] ?? '');
    else seenAt = /^I:(\d{1,20})$/.exec(line)?.[1] ?? seenAt;
  }
  return { properties, seenAt, text };
}
