/** The identity on disk cannot be believed. The message names the file and says how to enrol again. */
export class IdentityFault extends Error {
  override readonly name = 'IdentityFault';
  readonly code = 'identity-damaged';
  readonly file: string;
  constructor(file: string, what: string, cause?: unknown) {
    super(
      `This device’s identity cannot be used: ${file} ${what}. Ask an administrator for a new link for this device and ` +
        'run hometime-agent enrol with it; nothing needs to be removed first.',
      { cause },
    );
    this.file = file;
  }
}
