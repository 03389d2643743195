import { hash, parseOptions, verify } from '@node-rs/argon2';
import { expect } from 'chai';
import sinon from 'sinon';
import { createGate } from '../../../server/people/gate.ts';
import { argon2, createPasswords } from '../../../server/people/passwords.ts';

describe('passwords', () => {
  const counted = { hash: sinon.spy(argon2.hash), verify: sinon.spy(argon2.verify) };
  const passwords = createPasswords({ argon2: counted, gate: createGate({ atOnce: 2, queued: 2 }) });

  it('are hashed with argon2id, 19 MiB and two passes, with a salt of their own', async () => {
    const [one, other] = await Promise.all([
      passwords.hash('correct horse battery'),
      passwords.hash('correct horse battery'),
    ]);
    expect(one).to.match(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(one).not.to.equal(other);
    expect(await verify(one, 'correct horse battery')).to.equal(true);
    expect(await passwords.verify(one, 'correct horse battery')).to.equal(true);
    expect(await passwords.verify(one, 'correct horse batterz')).to.equal(false);
  });

  it('of an account that does not exist cost the same check, and are never right', async () => {
    counted.verify.resetHistory();
    expect(await passwords.verify(undefined, 'correct horse battery')).to.equal(false);
    const against = counted.verify.firstCall.args[0];
    const { saltLen, ...real } = parseOptions(await passwords.hash('any password'));
    expect(parseOptions(against)).to.deep.equal({ ...real, saltLen });
  });

  it('of an account that does not exist are not right even when they match the hash that stands in', async () => {
    const matching = await hash('stand in');
    const always = createPasswords({
      argon2: { ...argon2, verify: (_stored, password) => argon2.verify(matching, password) },
      gate: createGate({ atOnce: 1, queued: 0 }),
    });
    expect(await always.verify(matching, 'stand in')).to.equal(true);
    expect(await always.verify(undefined, 'stand in')).to.equal(false);
  });
});
