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

/** The data folder lies below something that is no folder, so nothing can be in it. The identity, if there is one, is elsewhere. */
export class DataFolderFault extends Error {
  override readonly name = 'DataFolderFault';
  readonly code = 'data-folder-unusable';
  constructor(dataFolder: string, cause: unknown) {
    super(
      `The data folder ${dataFolder} cannot be used: a part of that path is a file, not a folder. ` +
        'Choose another with --data or HOMETIME_DATA.',
      { cause },
    );
  }
}
