import type { Clock } from '../shared/instant.ts';
import { instant } from '../shared/instant.ts';
import type { Log } from '../shared/log.ts';
import type { Base } from './base.ts';
import type { Config } from './config.ts';
import { deriveKeys } from './derived-keys.ts';
import { idsOfSetting } from './devices/device-store.ts';
import type { Fleet } from './fleet.ts';
import { createNotify, type Notify } from './notify/notify.ts';
import { createMailer } from './notify/smtp.ts';
import { createAddressRule } from './notify/webhook-target.ts';
import { listMembers } from './people/memberships-store.ts';
import { findSetting, listSettings } from './people/people-store.ts';
import { seal, unseal } from './people/sealed.ts';
import { knownTo } from './told-matters.ts';

interface NotifyingParts {
  config: Config;
  base: Base;
  clock: Clock;
  log: Log;
  elapsed: () => number;
  /** Devices as people see them. */
  viewsOf: Fleet['viewsOf'];
}

/** Joins telling people with the people, the devices and the server's keys: the features know nothing of one another. */
export function createNotifying({ config, base, clock, log, elapsed, viewsOf }: NotifyingParts): Notify {
  const { db, audit, authority } = base;
  const key = deriveKeys(authority.commandKey.privatePem).webhooks;
  return createNotify({
    db,
    clock,
    log,
    audit,
    elapsed,
    url: config.peopleUrl,
    mail: config.mail && {
      from: config.mail.from,
      send: createMailer({ target: config.mail.smtp, from: config.mail.from }),
    },
    mayReach: createAddressRule(config.webhookNetworks),
    secrets: {
      seal: (owner, text) => seal(key, owner, text),
      unseal: (owner, sealed) => unseal(key, owner, sealed),
    },
    membersOf: (connection, settingId) => listMembers(connection, { settingId, now: instant(clock.now()) }),
    knownTo: knownTo(clock),
    settingIds: async () => (await listSettings(db)).map(({ id }) => id),
    settingName: async (connection, settingId) => (await findSetting(connection, settingId))?.name ?? '',
    devicesOf: async (connection, settingId) => {
      const views = (await viewsOf(await idsOfSetting(connection, settingId))).map(({ view }) => view);
      const having = (standing: (typeof views)[number]['standing']) =>
        views.filter((view) => view.standing === standing).length;
      return {
        all: views.length,
        urgent: having('urgent'),
        act: having('act'),
        cannotTell: having('cannot-tell'),
        clear: having('clear'),
      };
    },
  });
}
