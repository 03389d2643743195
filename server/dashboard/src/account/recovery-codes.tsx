import { Button, Checkbox } from '@mantine/core';
import { IconPrinter } from '@tabler/icons-react';
import { useState } from 'react';
import styles from '../page/page.module.css';
import { CopyText, OnlyOnce } from '../page/shown-once.tsx';
import own from './account.module.css';

/** The recovery codes, this once: to be printed or copied before the window closes. */
export function RecoveryCodes({ codes, onDone }: { codes: readonly string[]; onDone: () => void }) {
  const [kept, setKept] = useState(false);
  return (
    <div className={styles.form}>
      <OnlyOnce>
        Each signs you in once when your telephone is lost. Keep them on paper in a safe place, not on a device of the
        nursery.
      </OnlyOnce>
      <ol className={own.codes} aria-label="Recovery codes">
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ol>
      <div className={styles.buttons}>
        <Button
          variant="light"
          size="sm"
          leftSection={<IconPrinter aria-hidden size={16} />}
          onClick={() => window.print()}
        >
          Print them
        </Button>
        <CopyText what="them" text={codes.join('\n')} />
      </div>
      <Checkbox
        label="I have them on paper, or in a safe place"
        checked={kept}
        onChange={(event) => setKept(event.currentTarget.checked)}
      />
      <div className={styles.buttons}>
        <Button disabled={!kept} onClick={onDone}>
          Finish
        </Button>
      </div>
    </div>
  );
}
