import { expect } from 'chai';
import fc from 'fast-check';
import {
  leavesResolver,
  parseLocalState,
  parseManifest,
  parsePolicyFile,
} from '../../../../agent/platform/filter/chromium-settings.ts';
import {
  ofPrefs,
  parseAddons,
  parsePoliciesFile,
  parsePrefs,
} from '../../../../agent/platform/filter/firefox-settings.ts';
import { parseHosts } from '../../../../agent/platform/filter/hosts-file.ts';
import { namesProxy, parseKioslaverc } from '../../../../agent/platform/filter/proxy-text.ts';
import { startCpuTime } from '../../../support/cpu-time.ts';
import { damaged } from '../recordings.ts';

const parsers = {
  parseLocalState,
  parseManifest,
  parsePolicyFile,
  parsePrefs,
  parseAddons,
  parsePoliciesFile,
  namesProxy,
  parseKioslaverc,
  parseHosts: (bytes: Buffer) => parseHosts(bytes.toString()),
};

describe('what programs wrote of themselves (DEV5)', () => {
  it('is read from any bytes without throwing', () => {
    const bytes = fc.oneof(fc.json(), fc.string(), fc.string({ unit: 'binary' })).map((text) => Buffer.from(text));
    fc.assert(
      fc.property(fc.oneof(bytes, fc.uint8Array().map(Buffer.from)), (any) => {
        for (const parse of Object.values(parsers)) parse(any);
      }),
    );
  });

  it('is read from eight megabytes of noise soon', function () {
    this.timeout(60_000);
    for (const noise of ['x', '\n', ' ', '[', 'user_pref("', '[Proxy Settings]\n', 'http_proxy\n', '0.0.0.0 a b c\n']) {
      const bytes = Buffer.from(noise.repeat(Math.ceil((noise === 'x' ? 8_000_000 : 1_000_000) / noise.length)));
      for (const [name, parse] of Object.entries(parsers)) {
        const usedMs = startCpuTime();
        parse(bytes);
        expect(usedMs(), `${name} of ${JSON.stringify(noise)}`).to.be.below(5_000);
      }
    }
  });

  it('is not understood, or tells the same, when it is damaged', () => {
    const state = '{\n"dns_over_https": {\n"mode": "secure"\n}\n}\n';
    for (const text of damaged(state)) {
      const settings = parseLocalState(Buffer.from(text));
      expect(settings === undefined || leavesResolver(settings), JSON.stringify(text.slice(0, 60))).to.equal(true);
    }
    const prefs = 'user_pref("network.trr.mode", 3);\n';
    for (const text of [prefs.replace('\n', '\r\n'), `\uFEFF${prefs}`, `  ${prefs}`, prefs.replaceAll('"', "'")])
      expect(ofPrefs(parsePrefs(Buffer.from(text))).doh).to.equal(true);
    // A note, not a setting.
    expect(ofPrefs(parsePrefs(Buffer.from(`// ${prefs}`))).doh).to.equal(undefined);
  });
});
