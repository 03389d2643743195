import { expect } from 'chai';
import { createBlocking } from '../../../../agent/guard/blocking.ts';
import { silentLog } from '../../../../shared/log.ts';
import { known, type Reading, unknown } from '../../../../shared/reading.ts';
import type { Sessions } from '../../../../shared/report/sessions.ts';
import { session } from '../parts.ts';

const at = '2026-11-23T08:00:00.000Z';

/** A device whose lock holds, with these answers to who is signed in, one after the other; the last one stays. */
function createRig(...answers: (() => Reading<Sessions>)[]) {
  const ended: string[] = [];
  const blocking = createBlocking({
    lock: {
      lockForGuard: async () => ({ done: true }),
      letGo: async () => ({ done: true }),
      guardHold: async () => ({ wanted: true, releasedBy: null }),
      standing: async () => undefined,
    },
    async sessions() {
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      if (answer === undefined) throw new Error('nothing to answer');
      return answer();
    },
    async endSession({ person }) {
      ended.push(person);
      return { done: true };
    },
    holdBackAutomaticSignIn: async () => 'not-set',
    spares: (person) => person === 'root',
    uptimeMs: () => 0,
    log: silentLog,
    onChanged: () => {},
  });
  return { blocking, ended };
}
const people = (...names: string[]) => known({ sessions: names.map((name, index) => session(`${index}`, name)) }, at);

describe('sending people out of a device that blocks (DEV1)', () => {
  it('is done once nobody is in but whom the lock spares', async () => {
    const { blocking, ended } = createRig(
      () => people('anna', 'root'),
      () => people('root'),
    );
    expect(await blocking.sendOut()).to.equal(true);
    expect(await blocking.sendOut()).to.equal(false);
    expect(ended).to.deep.equal(['anna']);
  });

  it('is not done while nobody can tell who is in: whoever cannot be seen may be working on', async () => {
    const { blocking, ended } = createRig(
      () => unknown('timed-out', at),
      () => {
        throw new Error('the system did not answer');
      },
      () => people('anna'),
      () => people(),
    );
    expect(await blocking.sendOut(), 'timed out').to.equal(true);
    expect(await blocking.sendOut(), 'it failed').to.equal(true);
    expect(ended).to.deep.equal([]);
    expect(await blocking.sendOut()).to.equal(true);
    expect(await blocking.sendOut()).to.equal(false);
    expect(ended).to.deep.equal(['anna']);
  });
});
