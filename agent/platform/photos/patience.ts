/** Thrown when a question was not answered in its time, or would not be. */
export class NoAnswer extends Error {
  override name = 'NoAnswer';
}

export interface Patience {
  /** Asks something of a mount that may never answer. Rejects with NoAnswer at the limit. */
  ask<Answer>(mount: string, question: () => Promise<Answer>): Promise<Answer>;
}

/**
 * Of Node's four threads for files, which look up names on the network too, no more
 * may hang on mounts that are gone.
 */
const maxHanging = 2;

/**
 * INVARIANTS
 * - one question at a time; the others wait in a row;
 * - a mount that left a question open is not asked another until it has answered:
 *   otherwise each would take a thread that never comes back.
 */
export function createPatience(limitMs: number): Patience {
  const hanging = new Set<string>();
  let row: Promise<unknown> = Promise.resolve();

  async function askNow<Answer>(mount: string, question: () => Promise<Answer>): Promise<Answer> {
    if (hanging.has(mount) || hanging.size >= maxHanging) throw new NoAnswer();
    let timer: NodeJS.Timeout | undefined;
    const answer = question();
    const limit = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        hanging.add(mount);
        const free = () => void hanging.delete(mount);
        answer.then(free, free);
        reject(new NoAnswer());
      }, limitMs);
    });
    try {
      return await Promise.race([answer, limit]);
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    ask(mount, question) {
      const answer = row.then(() => askNow(mount, question));
      row = answer.catch(() => {});
      return answer;
    },
  };
}
