import { type EnrolmentGrant, type EnrolmentLink, readEnrolmentLink } from '../../shared/enrolment.ts';
import { type Log, messageOf } from '../../shared/log.ts';
import type { PlatformName } from '../../shared/names.ts';
import { makeCertificateRequest, makeDeviceKey } from './certificate-request.ts';
import { EnrolmentFault } from './enrolment-fault.ts';
import { type Identity, inconsistencyOf, loadIdentity, writeDocument } from './identity.ts';
import { identityPaths, removeNew, storeNewDocument, storeNewKey } from './identity-files.ts';
import { askForGrant, findAuthority } from './server-contact.ts';

export interface EnrolOrder {
  /** As the administrator copied it. */
  link: string;
  dataFolder: string;
  platform: PlatformName;
  log: Log;
  /** For each of the two connections; 15 s unless said otherwise. */
  timeoutMs?: number;
}

/**
 * Makes this computer the device of the link: finds the server that made it,
 * makes a key, gets a certificate, stores both. An identity from before stays
 * until the new one is complete.
 * @throws EnrolmentFault
 */
export async function enrol(order: EnrolOrder): Promise<Identity> {
  const { dataFolder, log, timeoutMs = 15_000 } = order;
  const link = readEnrolmentLink(order.link);
  if (link === undefined) {
    throw new EnrolmentFault(
      'link-not-valid',
      'This is not an enrolment link. Copy the whole link, from https:// to its end, and put it in quotes: it holds # and &.',
    );
  }
  // Finishes a replacement that was cut off; what is damaged is about to be replaced.
  await loadIdentity(dataFolder).catch(() => undefined);
  const authority = await findAuthority(link, timeoutMs);
  const key = await makeDeviceKey();
  await store(dataFolder, () => storeNewKey(dataFolder, key.privatePem), 'The link is still good.');
  try {
    const { deviceId, token } = link;
    const certificateRequest = makeCertificateRequest(deviceId, key);
    const request = { deviceId, token, certificateRequest, platform: order.platform };
    const grant = await askForGrant({ address: link, authority, request }, timeoutMs);
    const identity = checkedIdentity(grant, { link, authority, privateKey: key.privatePem });
    const document = writeDocument(identity);
    await store(dataFolder, () => storeNewDocument(dataFolder, document), 'The link is used up: ask for a new one.');
    log.info('device.enrolled', { deviceId, epoch: identity.epoch, address: link.host, port: link.port });
    return identity;
  } catch (error) {
    await forgetUnlessComplete(dataFolder, error);
    throw error;
  }
}

/** The identity the grant makes, when it is for this device, this key and the link's authority. */
function checkedIdentity(
  grant: EnrolmentGrant,
  own: { link: EnrolmentLink; authority: string; privateKey: string },
): Identity {
  const { host, port, deviceId } = own.link;
  const identity = { ...grant, authority: own.authority, server: { host, port }, privateKey: own.privateKey };
  const what =
    grant.deviceId !== deviceId ? 'is made out to another device' : (inconsistencyOf(identity) ?? differs(grant, own));
  if (what === undefined) return identity;
  throw new EnrolmentFault(
    'grant-not-ours',
    `The server’s answer ${what}. Nothing was stored. Check the server’s version and ask an administrator for a new link.`,
  );
}

function differs(grant: EnrolmentGrant, own: { authority: string }): string | undefined {
  return grant.authority.trim() === own.authority.trim() ? undefined : 'names another authority than the link';
}

async function store(dataFolder: string, write: () => Promise<void>, link: string): Promise<void> {
  try {
    await write();
  } catch (error) {
    throw new EnrolmentFault(
      'not-stored',
      `The identity cannot be stored in ${identityPaths(dataFolder).folder}: ${messageOf(error)}. Check that this user may ` +
        `write there and that the disk has room. ${link}`,
      { cause: error },
    );
  }
}

/** A new document that reached the disk is kept: the server counts on it, and the next start puts it into place. */
async function forgetUnlessComplete(dataFolder: string, error: unknown): Promise<void> {
  if (error instanceof EnrolmentFault && error.code === 'not-stored') return;
  await removeNew(dataFolder).catch(() => undefined);
}
