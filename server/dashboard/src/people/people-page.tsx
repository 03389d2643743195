import { useMay } from '../api/allowed.ts';
import { Page } from '../page/page.tsx';
import { Invitations } from './invitations.tsx';
import { PeopleCard } from './people-card.tsx';
import { TokensCard } from './tokens-card.tsx';

/** The people of the setting, who may do what, and for how long. */
export function PeoplePage() {
  const may = useMay();
  return (
    <Page title="People">
      <PeopleCard />
      {may('listInvitations') && <Invitations />}
      {may('listTokens') && <TokensCard />}
    </Page>
  );
}
