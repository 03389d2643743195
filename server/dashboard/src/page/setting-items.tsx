import { Menu } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconBuilding, IconCheck } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import type { SessionView } from '../../../../shared/api/people.ts';
import { useBackend } from '../api/backend.ts';
import { sentenceOf } from '../api/call.ts';
import { keys } from '../api/keys.ts';
import { roleTitle } from '../words/role.ts';

/** The settings a person belongs to, where there are several: another is another page, with nothing of this one. */
export function SettingItems({ session }: { session: SessionView }) {
  const { call } = useBackend();
  const cache = useQueryClient();
  const [, navigate] = useLocation();
  const change = useMutation({
    mutationFn: (settingId: string) => call('switchSetting', { body: { settingId } }),
    onSuccess: (next) => {
      cache.removeQueries({ predicate: (query) => query.queryKey[0] !== keys.session[0] });
      cache.setQueryData(keys.session, next);
      navigate('/');
    },
    onError: (error) =>
      notifications.show({ color: 'red', title: 'You are still where you were', message: sentenceOf(error) }),
  });
  if (session.settings.length < 2) return null;
  return (
    <>
      <Menu.Divider />
      <Menu.Label>Your settings</Menu.Label>
      {session.settings.map(({ id, name, role }) => {
        const isHere = id === session.settingId;
        return (
          <Menu.Item
            key={id}
            aria-current={isHere ? 'true' : undefined}
            leftSection={<IconBuilding aria-hidden size={18} />}
            rightSection={isHere ? <IconCheck aria-hidden size={16} /> : undefined}
            onClick={() => !isHere && change.mutate(id)}
          >
            {name}, {roleTitle(role).toLowerCase()}
          </Menu.Item>
        );
      })}
    </>
  );
}
