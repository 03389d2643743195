import { expect } from 'chai';
import fc from 'fast-check';
import { parseHold } from '../../../../agent/platform/windows/automatic-sign-in-hold.ts';
import { parseEncryptableVolumes } from '../../../../agent/platform/windows/encryptable-volumes.ts';
import { parseFilterAnswer } from '../../../../agent/platform/windows/filter-script.ts';
import { parseLockAnswer } from '../../../../agent/platform/windows/lock-answer.ts';
import { parseMediaAnswer } from '../../../../agent/platform/windows/media-answer.ts';
import { parseNetwork } from '../../../../agent/platform/windows/network-script.ts';
import { readFrame } from '../../../../agent/platform/windows/powershell-frame.ts';
import { parseProgramsAnswer } from '../../../../agent/platform/windows/programs-answer.ts';
import { createRightsProbe } from '../../../../agent/platform/windows/rights.ts';
import { parseRightsAnswer } from '../../../../agent/platform/windows/rights-answer.ts';
import { parseSystemAnswer } from '../../../../agent/platform/windows/system-answer.ts';
import { isTakenOver } from '../../../../agent/platform/windows/way-out.ts';
import { parseWtsRows } from '../../../../agent/platform/windows/wts.ts';
import { atNoon } from '../recordings.ts';
import { askSessions, peopleOf, recorded, said, speaking } from './windows-device.ts';

const marker = { first: 'hometimeab', second: 'cdef' };

describe('what PowerShell prints round an answer', () => {
  const frame = 'hometimeabcdef answer 0 1\r\n{"a":[1]}\r\nhometimeabcdef end\r\n';

  it('is passed over: progress, warnings, banners, prompts, marks of byte order', () => {
    for (const noise of [
      '#< CLIXML\r\n<Objs Version="1.1.0.1"><Obj S="progress" RefId="0"><MS><I64 N="SourceId">1</I64></MS></Obj></Objs>',
      'WARNING: The names of some imported commands include unapproved verbs.\r\n',
      'Windows PowerShell\r\nCopyright (C) Microsoft Corporation. All rights reserved.\r\n\r\nPS C:\\> ',
      '\u00ef\u00bb\u00bf',
      'Cannot invoke method. Method invocation is supported only on core types in this language mode.\r\nAt line:1 char:1\r\n',
      '\u001b[?25l\u001b[2J',
    ])
      for (const text of [noise + frame, frame + noise, noise + frame + noise])
        expect(readFrame(text, marker)).to.deep.equal({ kind: 'answer', text: '{"a":[1]}', elevated: true });
  });

  it('is no answer in another width of letters, cut, or with a head of another form', () => {
    const wide = Buffer.from(frame, 'utf16le').toString('latin1');
    expect(readFrame(wide, marker)).to.equal(undefined);
    for (let at = 0; at < frame.indexOf(' end') + 4; at++)
      expect(readFrame(frame.slice(0, at), marker)).to.equal(undefined);
    for (const head of ['answer 0', 'answer 0 2', 'answer 0 1 1', 'ANSWER 0 1', ' 0 1'])
      expect(readFrame(frame.replace('answer 0 1', head), marker)).to.include({ kind: 'fault', elevated: false });
  });
});

describe('an answer that tells nothing', () => {
  const parsers: Record<string, (text: string) => unknown> = {
    ...{ parseEncryptableVolumes, parseFilterAnswer, parseHold, parseLockAnswer, parseMediaAnswer, parseNetwork },
    ...{ parseProgramsAnswer, parseRightsAnswer, parseSystemAnswer },
    parseWtsRows: (text) => (parseWtsRows(text) === 'not-understood' ? undefined : 'found'),
  };
  const nothings = [
    ...[
      '',
      ' ',
      'null',
      '[]',
      '{}',
      '""',
      '0',
      '1',
      'true',
      '[null]',
      '[[]]',
      '{"value":[],"Count":0}',
      '{"value":[],"Count":1}',
    ],
    ...[
      '"/Date(1700000000000)/"',
      '"System.Object[]"',
      '{"a":"System.Collections.Hashtable"}',
      '[{}]',
      '{"value":null,"Count":0}',
    ],
    ...[
      '#< CLIXML',
      'Exception calling "Parse"',
      '[{"drive":"C:"',
      '\uFEFF',
      'NaN',
      '{"CimClass":{"CimSuperClassName":null}}',
    ],
  ];

  for (const [name, parse] of Object.entries(parsers)) {
    it(`is not understood by ${name}`, () => {
      for (const text of nothings) expect(parse(text), JSON.stringify(text)).to.equal(undefined);
    });
  }

  it('never means that nobody is signed in', async () => {
    for (const text of nothings)
      expect(peopleOf(await askSessions({ powershell: said(text), quser: text })), text).to.equal(
        'unknown not-understood',
      );
  });
});

/** A laptop without a single guard, of an administrator. */
const unguarded = {
  ...JSON.parse(recorded('rights-laptop.json')),
  power: [0, 0, 0, 0, 1],
  signIn: { on: '1', user: 'sam.okafor', domain: null, host: 'NURSERY-LT01' },
  profiles: [0, 0, 0],
  firewallService: 1,
  firewalls: { states: [0x40000] },
  antivirus: { states: [0x60100] },
  defender: { on: 0, live: 0, age: 99, passive: 0 },
};
unguarded.owners[1].admin = 1;
unguarded.administrators.push(unguarded.owners[1].sid);
Object.assign(unguarded.screens[1], { active: '0', secure: '0', after: '0', program: 0 });

/** The path to every value below one. */
function pathsIn(value: unknown, path: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (value === null || typeof value !== 'object') return [path];
  const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [path, ...entries.flatMap(([key, each]) => pathsIn(each, [...path, key]))].filter(({ length }) => length > 0);
}

/** The same with one value put elsewhere, or taken away (undefined). */
function changed(value: unknown, [key, ...rest]: readonly (string | number)[], put: unknown): unknown {
  if (key === undefined || value === null || typeof value !== 'object') return put;
  const entries = Object.entries(value).map(
    ([name, each]) => [name, name === `${key}` ? changed(each, rest, put) : each] as const,
  );
  const kept = entries.filter(([, each]) => each !== undefined);
  return Array.isArray(value) ? kept.map(([, each]) => each) : Object.fromEntries(kept);
}

const strange = [
  ...[undefined, 'x', '', true, false, -1, 0.5, 1e12, [], {}, ['1'], { value: 1 }],
  ...['/Date(0)/', 'System.Object[]', null],
];

describe('somebody who is signed in (DEV2)', () => {
  it('is never lost because an answer is missing or of another kind', () => {
    const rows = JSON.parse(recorded('wts-laptop.json'));
    for (const path of pathsIn(rows).filter(({ length }) => length > 1))
      for (const put of strange) {
        const people = parseWtsRows(JSON.stringify(changed(rows, path, put)));
        // An empty name is how Windows tells that nobody has signed in there.
        const isNobody = path[1] === 'user' && put === '';
        if (!isNobody && typeof people !== 'string')
          expect(people, `${path.join('.')} ${JSON.stringify(put)}`).to.have.length(1);
      }
  });
});

describe('ways round a filter (DEV5)', () => {
  it('are never lost because an answer is missing or of another kind', () => {
    const answer = {
      policies: { chrome: [], edge: [{ DnsOverHttpsMode: 'secure' }], brave: [], chromium: [], firefox: [] },
      ...{ proxies: [1], winhttp: 1, homes: ['C:\\Users\\jo'], denied: 1 },
    };
    for (const path of pathsIn(answer).filter(([key]) => key !== 'policies'))
      for (const put of strange) {
        const told = parseFilterAnswer(JSON.stringify(changed(answer, path, put)));
        const what = `${path.join('.')} ${JSON.stringify(put)}`;
        // A list without anybody in it has no proxy, and its folders are told as unread.
        const isEmptied = path[0] === 'proxies' || path[0] === 'homes';
        if (told === undefined || isEmptied) continue;
        expect(told.winhttp, what).to.equal(1);
        expect(told.denied, what).to.be.above(0);
      }
  });
});

describe('a tunnel that takes everything over (DEV5)', () => {
  it('is never lost because an answer is missing or of another kind', () => {
    const [tunnel, way] = [
      { to: '0.0.0.0/0', via: '0.0.0.0', link: 30, metric: 5 },
      { to: '0.0.0.0/0', via: '192.168.1.1', link: 12, metric: 45 },
    ];
    const link = (index: number, type: number) => ({ indexes: [index], id: '{x}', type, about: 'x', addresses: [] });
    const network = { routes: [tunnel, way], links: [link(12, 71), link(30, 53)], neighbours: [] };
    for (const path of pathsIn(network).filter(({ length }) => length !== 2))
      for (const put of strange) {
        const told = parseNetwork(JSON.stringify(changed(network, path, put)));
        const what = `${path.join('.')} ${JSON.stringify(put)}`;
        // So dear a way is none that is taken.
        if (told === undefined || told.routes.length === 0 || put === 1e12) continue;
        expect(isTakenOver(told), what).to.equal(true);
      }
  });
});

describe('a laptop without any guard (DEV7, DEV8)', () => {
  const ask = async (answer: unknown) => {
    const powershell = speaking(said(JSON.stringify(answer)));
    const reading = await createRightsProbe({ powershell, clock: atNoon })(AbortSignal.timeout(5_000));
    if (reading.state === 'unknown') return [];
    const { people, firewall, antivirus, automaticSignIn } = reading.value;
    return [
      ...people
        .filter(({ administrator }) => administrator.state === 'known' && !administrator.value)
        .map(() => 'no administrator'),
      ...people
        .filter(({ screenLock }) => screenLock.state === 'known' && screenLock.value.on)
        .map(() => 'screen lock'),
      ...(firewall.state === 'known' && firewall.value.on ? ['firewall'] : []),
      ...(antivirus.state === 'known' && antivirus.value.state === 'on' ? ['antivirus'] : []),
      ...(automaticSignIn.state === 'known' && !automaticSignIn.value.on ? ['no automatic sign-in'] : []),
    ];
  };

  it('is never called guarded because one of its answers is missing or of another kind', async () => {
    expect(await ask(unguarded)).to.deep.equal([]);
    for (const path of pathsIn(unguarded))
      for (const put of strange) {
        const what = `${path.join('.')} ${JSON.stringify(put)}`;
        // Both are how the registry tells that nothing is set.
        if (what === 'signIn.on ""' || what === 'signIn.on null') continue;
        expect(await ask(changed(unguarded, path, put)), what).to.deep.equal([]);
      }
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...pathsIn(unguarded)), fc.object(), async (path, put) => {
        expect(await ask(changed(unguarded, path, put))).to.deep.equal([]);
      }),
    );
  });
});
