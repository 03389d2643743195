import { join } from 'node:path';
import { type BrowserSettings, parsePolicyFile } from '../filter/chromium-settings.ts';
import { type FirefoxSettings, parsePoliciesFile } from '../filter/firefox-settings.ts';
import { createKeptFile, createKeptList, type Found, filesIn } from '../filter/kept-file.ts';
import { firefoxPolicies } from './filter-places.ts';

/** Browser policies that managers put into files of the system. */
export interface PolicyFiles {
  /** Of the folders of one browser, the firmest first. */
  chromium(folders: readonly string[]): Promise<Found<BrowserSettings>[]>;
  firefox(): Promise<Found<FirefoxSettings>[]>;
}

export function createPolicyFiles(root: string): PolicyFiles {
  const list = createKeptList();
  const chromiumFile = createKeptFile(parsePolicyFile);
  const firefoxFile = createKeptFile(parsePoliciesFile);

  async function inFolder(folder: string): Promise<Found<BrowserSettings>[]> {
    const files = await filesIn(list, folder, '.json');
    return files.kind === 'there' ? Promise.all(files.value.map(chromiumFile)) : [files];
  }

  return {
    async chromium(folders) {
      // What is only recommended stands where nobody decided.
      const all = ['managed', 'recommended'].flatMap((kind) => folders.map((folder) => join(root, folder, kind)));
      return (await Promise.all(all.map(inFolder))).flat();
    },
    firefox: () => Promise.all(firefoxPolicies.map((file) => firefoxFile(join(root, file)))),
  };
}
