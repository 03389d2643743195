import { hash, verify } from '@node-rs/argon2';
import type { Gate } from './gate.ts';

/** `memoryCost` in KiB, `timeCost` in passes, `parallelism` in lanes. */
interface Cost {
  memoryCost: number;
  timeCost: number;
  parallelism: number;
}

/** The two calls of the library that cost CPU and memory; a test wraps them to count. */
export interface Argon2 {
  hash(password: string, cost: Cost): Promise<string>;
  verify(hashed: string, password: string): Promise<boolean>;
}
export const argon2: Argon2 = {
  hash: (password, options) => hash(password, options),
  verify: (hashed, password) => verify(hashed, password),
};

/** OWASP's first choice for argon2id (the library's default kind): 19 MiB, two passes, one lane. About 30 ms. */
const cost: Cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/**
 * A hash of 32 random bytes that nobody kept, made with `cost`. An account that
 * does not exist is checked against it, so that the answer takes as long as for one that does.
 */
const dummyHash = '$argon2id$v=19$m=19456,t=2,p=1$0iz1heUlOF1T/0s/B2C4Zw$LP8RedpH/mMKQIfaHbXyLbMcWbKs5UeqiiU2wPjd7K0';

export interface Passwords {
  /** The text to store, in PHC form. */
  hash(password: string): Promise<string>;
  /** Whether the password is right. `undefined`: no such account; takes as long, and is always false. */
  verify(stored: string | undefined, password: string): Promise<boolean>;
}

/** Both throw `TooManyTries` when the gate is full: then no password was tested. */
export function createPasswords(parts: { argon2: Argon2; gate: Gate }): Passwords {
  return {
    hash: (password) => parts.gate.run(() => parts.argon2.hash(typed(password), cost)),
    verify: async (stored, password) => {
      const right = await parts.gate.run(() => parts.argon2.verify(stored ?? dummyHash, typed(password)));
      return right && stored !== undefined;
    },
  };
}

/** Keyboards write the same letter in different code points (é is one or two): NIST SP 800-63B 3.1.1.2 asks for one form. */
function typed(password: string): string {
  return password.normalize('NFKC');
}
