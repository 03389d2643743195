import { Button } from '@mantine/core';
import { type ComponentType, lazy } from 'react';
import { Page } from './page.tsx';

/** A page that is fetched when it is first wanted. When it cannot be, it says so instead of leaving nothing. */
export function lazyPage<Props>(load: () => Promise<ComponentType<Props>>) {
  return lazy(async () => {
    try {
      return { default: await load() };
    } catch {
      return { default: PageNotFetched as ComponentType<Props> };
    }
  });
}

/** The server is away, or newer than this page: both are put right by loading it anew. */
function PageNotFetched() {
  return (
    <Page title="This page could not be fetched">
      <p>The server could not be reached, or it is newer than what your browser holds.</p>
      <p>
        <Button onClick={() => window.location.reload()}>Load it again</Button>
      </p>
    </Page>
  );
}
