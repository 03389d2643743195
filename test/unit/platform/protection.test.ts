import { expect } from 'chai';
import fc from 'fast-check';
import { judgeProtection } from '../../../agent/platform/protection.ts';
import { type Volume, volumeSchema } from '../../../shared/report/encryption.ts';

const holds = volumeSchema.shape.holds.options;
const states = volumeSchema.shape.state.options;
const anyVolume: fc.Arbitrary<Volume> = fc.record({
  id: fc.constantFrom('a', 'b', 'c'),
  holds: fc.constantFrom(...holds),
  state: fc.constantFrom(...states),
});
const volume = (holds: Volume['holds'], state: Volume['state']): Volume => ({ id: 'x', holds, state });

describe('whether a device is protected (DEV1)', () => {
  it('is protected when system, home and swap are, and only /boot is plain', () => {
    const volumes = [volume('system', 'protected'), volume('home', 'protected'), volume('swap', 'protected')];
    expect(judgeProtection([...volumes, volume('boot', 'not-protected')], [])).to.deep.equal({
      protection: 'protected',
    });
  });

  it('takes a closed encrypted data volume for encrypted', () => {
    const verdict = judgeProtection([volume('system', 'protected'), volume('data', 'locked')], []);
    expect(verdict).to.deep.equal({ protection: 'protected' });
  });

  it('is partial when one volume is plain, or only a person’s folders are encrypted', () => {
    const partial = { protection: 'partial' };
    expect(judgeProtection([volume('system', 'protected'), volume('swap', 'not-protected')], [])).to.deep.equal(
      partial,
    );
    expect(judgeProtection([volume('system', 'not-protected'), volume('home', 'protected')], [])).to.deep.equal(
      partial,
    );
  });

  it('takes suspended protection for none', () => {
    expect(judgeProtection([volume('system', 'suspended')], [])).to.deep.equal({ protection: 'not-protected' });
  });

  it('is converting while a conversion runs and nothing is plain', () => {
    const verdict = judgeProtection([volume('system', 'protected'), volume('home', 'converting')], []);
    expect(verdict).to.deep.equal({ protection: 'converting' });
  });

  it('is unknown, with the reason, when a volume is unknown and none is plain', () => {
    const doubt = { reason: 'permission-denied', detail: 'conversion-state' } as const;
    const volumes = [volume('system', 'protected'), volume('home', 'unknown')];
    expect(judgeProtection(volumes, [doubt])).to.deep.equal({ unknown: doubt });
    expect(judgeProtection(volumes, [])).to.deep.equal({ unknown: { reason: 'disks-not-described' } });
  });

  it('is not protected when a volume is certainly plain, whatever is unknown beside it', () => {
    const verdict = judgeProtection([volume('system', 'unknown'), volume('home', 'not-protected')], []);
    expect(verdict).to.deep.equal({ protection: 'not-protected' });
  });

  it('is unknown, never protected, without any volume or without a system volume', () => {
    expect(judgeProtection([], [])).to.have.property('unknown');
    expect(judgeProtection([volume('home', 'protected')], [])).to.have.property('unknown');
  });

  it('never says protected unless every counted volume is proved and nothing is in doubt', () => {
    const doubts = fc.array(fc.constant({ reason: 'tool-failed' } as const), { maxLength: 2 });
    fc.assert(
      fc.property(fc.array(anyVolume, { maxLength: 8 }), doubts, (volumes, allDoubts) => {
        const verdict = judgeProtection(volumes, allDoubts);
        if (!('protection' in verdict) || verdict.protection !== 'protected') return;
        const counted = volumes.filter((each) => each.holds !== 'boot');
        expect(allDoubts).to.deep.equal([]);
        expect(counted.some((each) => each.holds === 'system' && each.state === 'protected')).to.equal(true);
        expect(counted.every((each) => each.state === 'protected' || each.state === 'locked')).to.equal(true);
      }),
    );
  });

  it('does not depend on the order of volumes, and never gets better by adding one', () => {
    const rank = (verdict: ReturnType<typeof judgeProtection>) =>
      'protection' in verdict && verdict.protection === 'protected' ? 1 : 0;
    fc.assert(
      fc.property(fc.array(anyVolume, { minLength: 1, maxLength: 8 }), (volumes) => {
        expect(judgeProtection([...volumes].reverse(), [])).to.deep.equal(judgeProtection(volumes, []));
        const worse: Volume[] = [...volumes, volume('data', 'not-protected')];
        expect(rank(judgeProtection(worse, []))).to.equal(0);
      }),
    );
  });
});
