/** Where something stands in a text: from its first byte to before `end`. */
export interface Range {
  start: number;
  end: number;
}

const quote = 0x22;
const backslash = 0x5c;
const openers = new Set([0x7b, 0x5b]);
const closers = new Set([0x7d, 0x5d]);
const blanks = new Set([0x20, 0x09, 0x0a, 0x0d]);
const [brace, bracket, comma, colon] = [0x7b, 0x5b, 0x2c, 0x3a];

/**
 * Where the members stand in an object of JSON, by the names asked for; undefined:
 * no object, or damaged. What is not asked for is passed over without ever becoming
 * a text: in the file this is for, the values of cookies stand beside their names.
 */
export function membersOf(json: Buffer, at: number, wanted: readonly string[]): Map<string, Range> | undefined {
  if (json[skipBlanks(json, at)] !== brace) return undefined;
  const found = new Map<string, Range>();
  let next = skipBlanks(json, skipBlanks(json, at) + 1);
  while (json[next] === quote) {
    const nameEnd = skipString(json, next);
    const value = skipBlanks(json, skipBlanks(json, nameEnd) + 1);
    if (json[skipBlanks(json, nameEnd)] !== colon) return undefined;
    const end = skipValue(json, value);
    const name = wanted.find((each) => isText(json, next, nameEnd, each));
    if (name !== undefined) found.set(name, { start: value, end });
    next = skipBlanks(json, end);
    if (json[next] === comma) next = skipBlanks(json, next + 1);
  }
  return closers.has(json[next] ?? 0) ? found : undefined;
}

/** Where the elements stand in an array of JSON; undefined: no array, or damaged. */
export function elementsOf(json: Buffer, at: number): Range[] | undefined {
  if (json[at] !== bracket) return undefined;
  const found: Range[] = [];
  let next = skipBlanks(json, at + 1);
  while (next < json.length && !closers.has(json[next] ?? 0)) {
    const end = skipValue(json, next);
    found.push({ start: next, end });
    next = skipBlanks(json, end);
    if (json[next] === comma) next = skipBlanks(json, next + 1);
  }
  return next < json.length ? found : undefined;
}

function skipBlanks(json: Buffer, at: number): number {
  let next = at;
  while (blanks.has(json[next] ?? 0)) next += 1;
  return next;
}

/** The place after a string that begins here; beyond the end when it has none. */
function skipString(json: Buffer, at: number): number {
  for (let next = at + 1; next < json.length; next += 1) {
    if (json[next] === backslash) next += 1;
    else if (json[next] === quote) return next + 1;
  }
  return json.length;
}

/** The place after a value that begins here. Always further on, so that no damage is walked round in. */
function skipValue(json: Buffer, at: number): number {
  const first = json[at] ?? 0;
  if (first === quote) return skipString(json, at);
  if (openers.has(first)) return skipNested(json, at);
  let next = at + 1;
  while (next < json.length && json[next] !== comma && !closers.has(json[next] ?? 0)) next += 1;
  return next;
}

function skipNested(json: Buffer, at: number): number {
  let depth = 0;
  for (let next = at; next < json.length; ) {
    const byte = json[next] ?? 0;
    if (openers.has(byte)) depth += 1;
    if (closers.has(byte)) depth -= 1;
    next = byte === quote ? skipString(json, next) : next + 1;
    if (depth === 0) return next;
  }
  return json.length;
}

function isText(json: Buffer, start: number, end: number, text: string): boolean {
  return end - start === text.length + 2 && json.toString('latin1', start + 1, end - 1) === text;
}
