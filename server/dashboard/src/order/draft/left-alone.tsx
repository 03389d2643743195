import { Alert } from '@mantine/core';
import { IconShieldCheck } from '@tabler/icons-react';

/** What an order to clear photos does not touch, and what it does in spite of its name. */
export function LeftAlone({ resources, cloud }: { resources: boolean; cloud: boolean }) {
  return (
    <Alert
      color="grape"
      icon={<IconShieldCheck aria-hidden />}
      title={resources || cloud ? 'Left alone' : 'Nothing is left alone'}
    >
      {resources && <p>The folder of teaching resources, with everything in it.</p>}
      {!resources && <p>The folder of teaching resources is cleared too: you have chosen it.</p>}
      {cloud && (
        <p>Folders that a cloud service keeps in step: deleting there deletes the cloud’s copy. They are counted.</p>
      )}
      {!cloud && <p>Cloud folders are cleared too, and with them the copies in the cloud.</p>}
      <p>Everything else goes for good, with its small previews. Nothing can be brought back.</p>
    </Alert>
  );
}
