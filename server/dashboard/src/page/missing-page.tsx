import { Link } from 'wouter';
import { Page } from './page.tsx';

/** An address that leads nowhere. */
export function MissingPage() {
  return (
    <Page title="Page not found">
      <p>
        Nothing is at this address. <Link href="/">Go to your devices</Link>
      </p>
    </Page>
  );
}
