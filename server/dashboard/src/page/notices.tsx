import '@mantine/notifications/styles.css';
import { Notifications } from '@mantine/notifications';

/** Where short messages appear; fetched after the page itself. */
export function Notices() {
  return <Notifications position="bottom-right" />;
}
