import type { Browser, Page } from 'playwright-core';
import { openPage, type Person, signIn } from './browser-rig.ts';

/** The pages of several people, each signed in once, in a browser of their own. */
export function createPeoplePages(browser: Browser, url: string) {
  const pages = new Map<Person, Page>();
  const faults: string[] = [];
  return {
    /** What went wrong in any of them so far. */
    faults,
    as: async (person: Person): Promise<Page> => {
      const known = pages.get(person);
      if (known !== undefined) return known;
      const opened = await openPage(browser, { viewport: { width: 1280, height: 900 } });
      opened.page.setDefaultTimeout(20_000);
      opened.page.on('close', () => faults.push(...opened.faults));
      await signIn(opened.page, url, person);
      pages.set(person, opened.page);
      return opened.page;
    },
    closeAll: async (): Promise<void> => {
      for (const each of pages.values()) await each.close();
    },
  };
}
