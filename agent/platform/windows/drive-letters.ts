import { access } from 'node:fs/promises';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** The letters whose drives can be opened now. Empty readers and locked volumes cannot be. */
export async function openDriveLetters(): Promise<string[]> {
  const found = await Promise.all(
    Array.from(alphabet, (letter) =>
      access(`${letter}:\\`).then(
        () => [letter],
        () => [],
      ),
    ),
  );
  return found.flat();
}
