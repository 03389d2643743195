import './api/zod-without-eval.ts';
import '@mantine/core/styles.css';
import './page/theme.css';
import { createTheme, MantineProvider } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { lazy, StrictMode, Suspense } from 'react';
import { createRoot } from 'react-dom/client';
import { navigate } from 'wouter/use-browser-location';
import type { SessionView } from '../../../shared/api/people.ts';
import { BackendContext } from './api/backend.ts';
import { createCall, UnreachableError } from './api/call.ts';
import { keys } from './api/keys.ts';
import { App } from './app.tsx';
import { createLive } from './live/live.ts';
import { createConfirmation } from './session/confirmation.ts';
import { takeLinkToken } from './session/link-token.ts';

const Notices = lazy(async () => ({ default: (await import('./page/notices.tsx')).Notices }));

const cache = new QueryClient({
  defaultOptions: {
    queries: { retry: (tries, error) => error instanceof UnreachableError && tries < 2, refetchOnWindowFocus: true },
    mutations: { retry: false },
  },
});
const confirmation = createConfirmation();
const call = createCall({
  fetch: window.fetch.bind(window),
  csrfToken: () => cache.getQueryData<SessionView | null>(keys.session)?.csrfToken,
  onSignedOut: () => cache.setQueryData(keys.session, null),
  onSecondFactorRequired: (sentence) => {
    notifications.show({ color: 'grape', title: 'Set up your second factor first', message: sentence });
    void cache.invalidateQueries({ queryKey: keys.session });
    navigate('/account');
  },
  confirm: confirmation.ask,
});
const live = createLive({ cache, now: Date.now });
const linkToken = takeLinkToken(window.location, window.history);

const theme = createTheme({
  primaryColor: 'grape',
  respectReducedMotion: true,
  cursorType: 'pointer',
  defaultRadius: 'md',
  components: {
    Notification: { defaultProps: { closeButtonProps: { 'aria-label': 'Close this message' } } },
    // The placeholder stands among the items, where assistive programs expect nothing else.
    Menu: { defaultProps: { withInitialFocusPlaceholder: false } },
  },
});

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no place for the dashboard');
createRoot(root).render(
  <StrictMode>
    {/* Variables and classes come from style sheets, so that no <style> tag is needed: see page/theme.css. */}
    <MantineProvider theme={theme} defaultColorScheme="auto" withCssVariables={false} withGlobalClasses={false}>
      <Suspense>
        <Notices />
      </Suspense>
      <QueryClientProvider client={cache}>
        <BackendContext value={{ call, live, confirmation }}>
          <App linkToken={linkToken} />
        </BackendContext>
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
