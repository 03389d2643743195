import type { ListedApp } from '../../../../shared/policy/app-list.ts';
import type { Policy } from '../../../../shared/policy/document.ts';
import { listOf } from '../../../../shared/words.ts';
import { Card } from '../page/card.tsx';
import styles from './policy.module.css';

const kinds: { readonly [Kind in ListedApp['kind']]: string } = {
  nursery: 'Your own apps',
  social: 'Social networks',
  webmail: 'Webmail',
};

/** What devices look for; the lists themselves are changed over the API. */
export function Looked({ policy }: { policy: Policy }) {
  const ofKind = (kind: ListedApp['kind']) => policy.apps.apps.filter((app) => app.kind === kind);
  return (
    <Card title="What devices look for">
      <ul className={styles.list}>
        {(['nursery', 'social', 'webmail'] as const).map((kind) => (
          <li key={kind}>
            <span>{kinds[kind]}</span>
            <span>{ofKind(kind).length === 0 ? 'none' : listOf(ofKind(kind).map(({ name }) => name))}</span>
          </li>
        ))}
        <li>
          <span>Web filter</span>
          <span>{policy.filterTests.length} harmless test names</span>
        </li>
      </ul>
      <p className={styles.small}>
        Every device gets these lists signed by this server. They can be changed over the API (see the README).
      </p>
    </Card>
  );
}
