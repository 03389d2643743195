import type { EnrolmentLinkView, NewEnrolmentLink } from '../../shared/api/devices.ts';
import { StatedError } from '../../shared/api/errors.ts';
import { type EnrolmentGrant, type EnrolmentRequest, writeEnrolmentLink } from '../../shared/enrolment.ts';
import { type Clock, instant } from '../../shared/instant.ts';
import { type Log, messageOf } from '../../shared/log.ts';
import type { Audit } from '../audit/audit.ts';
import type { Connection, Database } from '../storage/database.ts';
import type { Authority } from './authority.ts';
import { findCertificate, recordCertificate, revokeCertificates } from './certificate-store.ts';
import type { EnrolledDevice, EnrolledDevices } from './enrolled-devices.ts';
import { deviceOfToken, endTokens, makeToken, takeToken } from './links.ts';

export interface EnrolmentParts {
  db: Database;
  clock: Clock;
  log: Log;
  audit: Audit;
  authority: Authority;
  devices: EnrolledDevices;
  /** Called after commit when certificates of a device stopped counting: whoever holds its sockets closes them. */
  onRevoked: (deviceId: string) => void;
  /** Runs in the transaction of an enrolment, after the epoch rose: what hung on the earlier epoch ends with it. */
  onEnrolled?: (connection: Connection, device: EnrolledDevice) => Promise<void>;
  /** Refuses, with a StatedError, a new link and a new enrolment of a device that something under way still needs as it is. */
  mayBeEnrolledAnew?: (connection: Connection, deviceId: string) => Promise<void>;
  /** A certificate that was revoked was shown again: told each time. */
  onRevokedShown?: (deviceId: string) => void;
}

/** Whose certificate it is. */
export interface CertificateHolder {
  deviceId: string;
  deviceName: string;
  settingId: string;
  epoch: number;
}

export interface LinkOrder extends NewEnrolmentLink {
  settingId: string;
  /** Where devices reach the agents' listener. */
  address: { host: string; port: number };
  /** Who asks, for the record. */
  by: string;
}

export interface Enrolment {
  /** A one-time link for the setting's device of that name, which is made when there is none. Earlier unused links of it end. */
  makeLink(order: LinkOrder): Promise<EnrolmentLinkView>;
  /**
   * Gives the device its certificate and begins its next epoch, or changes nothing at all.
   * @throws StatedError `link-unknown`, `link-used`, `link-expired`, `wrong-device`, `certificate-request-not-valid`.
   */
  enrol(request: EnrolmentRequest, fromAddress: string): Promise<EnrolmentGrant>;
  /**
   * @param fingerprint SHA-256 of the DER, hex, with or without colons.
   * @throws StatedError `certificate-required` (not one of ours, or run out) or `certificate-revoked`.
   */
  checkCertificate(fingerprint: string): Promise<CertificateHolder>;
  /** @throws StatedError `not-found` when the setting has no such device. */
  revokeDevice(order: Revocation): Promise<void>;
  /** The same inside a transaction of somebody else's; unused links of the device end with it. `tellRevoked` is called after its commit. */
  revokeWithin(connection: Connection, order: Revocation): Promise<void>;
  tellRevoked(deviceId: string): void;
}

export interface Revocation {
  settingId: string;
  deviceId: string;
  because: string;
  by: string;
}

/** Links, certificates and their end. Everything it does is on record, refusals included. */
export function createEnrolment(parts: EnrolmentParts): Enrolment {
  return {
    makeLink: (order) => makeLink(parts, order),
    enrol: (request, fromAddress) => enrol(parts, request, fromAddress),
    checkCertificate: (fingerprint) => checkCertificate(parts, fingerprint),
    revokeDevice: (order) => revokeDevice(parts, order),
    revokeWithin: (connection, order) => revokeWithin(parts, connection, order),
    tellRevoked: (deviceId) => tellRevoked(parts, deviceId),
  };
}

async function makeLink(parts: EnrolmentParts, order: LinkOrder): Promise<EnrolmentLinkView> {
  const { name, kind, childFacing, settingId, by } = order;
  const now = parts.clock.now();
  return await parts.db.transaction(async (connection) => {
    const device = await parts.devices.findOrCreate(connection, {
      settingId,
      name,
      kind,
      childFacing,
      at: instant(now),
    });
    await parts.mayBeEnrolledAnew?.(connection, device.id);
    const { token, expiresAt } = await makeToken(connection, { deviceId: device.id, now, by });
    await parts.audit(connection, {
      settingId,
      actor: by,
      action: 'enrolment-link.made',
      subject: device.id,
      data: { expiresAt },
    });
    const caFingerprint = parts.authority.fingerprint;
    const link = writeEnrolmentLink({ ...order.address, deviceId: device.id, token, caFingerprint });
    return { deviceId: device.id, link, expiresAt };
  });
}

async function enrol(parts: EnrolmentParts, request: EnrolmentRequest, address: string): Promise<EnrolmentGrant> {
  const { deviceId } = request;
  try {
    const { grant, revoked } = await parts.db.transaction((connection) =>
      enrolInside(parts, connection, request, address),
    );
    parts.log.info('device.enrolled', { deviceId, epoch: grant.epoch, address });
    if (revoked > 0) tellRevoked(parts, deviceId);
    return grant;
  } catch (error) {
    if (error instanceof StatedError) await recordRefusal(parts, error, request, address);
    throw error;
  }
}

/** Whatever is thrown in here, also by the request's check, leaves the link unused. */
async function enrolInside(
  parts: EnrolmentParts,
  connection: Connection,
  request: EnrolmentRequest,
  address: string,
): Promise<{ grant: EnrolmentGrant; revoked: number }> {
  const { deviceId, platform } = request;
  const now = parts.clock.now();
  const at = instant(now);
  await takeToken(connection, { deviceId, token: request.token, now });
  await parts.mayBeEnrolledAnew?.(connection, deviceId);
  const epoch = await parts.devices.markEnrolled(connection, deviceId, { platform, at });
  const device = await parts.devices.find(connection, deviceId);
  if (device === undefined) throw new Error('a link without its device');
  const { certificateRequest: certificateRequestPem } = request;
  const issued = await parts.authority.issueDevice({ certificateRequestPem, deviceId, epoch });
  const revoked = await revokeCertificates(connection, deviceId, { at, because: 'enrolled again' });
  await recordCertificate(connection, issued, { deviceId, epoch, at });
  await parts.onEnrolled?.(connection, device);
  await parts.audit(connection, {
    settingId: device.settingId,
    actor: deviceId,
    action: 'device.enrolled',
    subject: deviceId,
    data: { epoch, platform, address, serial: issued.serial },
  });
  const { certificatePem: authority, commandKey } = parts.authority;
  const own = { deviceId, deviceName: device.name, kind: device.kind, epoch, certificate: issued.pem };
  return { grant: { ...own, authority, commandKey: commandKey.publicPem }, revoked };
}

/** The refusal stands whether or not it could be recorded. */
async function recordRefusal(
  parts: EnrolmentParts,
  refusal: StatedError,
  request: EnrolmentRequest,
  address: string,
): Promise<void> {
  const { deviceId } = request;
  parts.log.warn('enrolment.refused', { deviceId, code: refusal.code, address });
  try {
    const owner = await deviceOfToken(parts.db, request.token);
    const device = owner === undefined ? undefined : await parts.devices.find(parts.db, owner);
    await parts.audit(parts.db, {
      settingId: device?.settingId ?? null,
      actor: 'server',
      action: 'enrolment.refused',
      subject: deviceId,
      data: { code: refusal.code, address },
    });
  } catch (error) {
    parts.log.error('enrolment.refusal-not-recorded', { deviceId, error: messageOf(error) });
  }
}

async function checkCertificate(parts: EnrolmentParts, fingerprint: string): Promise<CertificateHolder> {
  const found = await findCertificate(parts.db, fingerprint.replaceAll(':', '').toLowerCase());
  const device = found === undefined ? undefined : await parts.devices.find(parts.db, found.deviceId);
  if (found === undefined || device === undefined) {
    throw new StatedError(
      'certificate-required',
      'This server issued no such certificate. Enrol the device with a new link.',
    );
  }
  if (found.revokedAt !== null) parts.onRevokedShown?.(found.deviceId);
  if (found.revokedAt !== null || found.epoch !== device.epoch) {
    throw new StatedError(
      'certificate-revoked',
      'This certificate no longer counts: the device was enrolled again or shut out. To bring it back, enrol it with a new link.',
    );
  }
  // A resumed TLS session is not checked for its end again, so it is checked here.
  if (found.expiresAt <= instant(parts.clock.now())) {
    throw new StatedError('certificate-required', 'This certificate has run out. Enrol the device with a new link.');
  }
  return { deviceId: device.id, deviceName: device.name, settingId: device.settingId, epoch: found.epoch };
}

async function revokeDevice(parts: EnrolmentParts, order: Revocation): Promise<void> {
  await parts.db.transaction((connection) => revokeWithin(parts, connection, order));
  parts.log.info('device.revoked', { deviceId: order.deviceId, settingId: order.settingId });
  tellRevoked(parts, order.deviceId);
}

async function revokeWithin(parts: EnrolmentParts, connection: Connection, order: Revocation): Promise<void> {
  const { settingId, deviceId, because, by } = order;
  const device = await parts.devices.find(connection, deviceId);
  if (device?.settingId !== settingId) throw new StatedError('not-found', 'There is no such device in this setting.');
  const at = instant(parts.clock.now());
  const count = await revokeCertificates(connection, deviceId, { at, because });
  await endTokens(connection, deviceId, at);
  const data = { because, count };
  await parts.audit(connection, { settingId, actor: by, action: 'device.revoked', subject: deviceId, data });
}

/** After commit nothing may fail any more: the certificates have ended whatever the listener does. */
function tellRevoked(parts: EnrolmentParts, deviceId: string): void {
  try {
    parts.onRevoked(deviceId);
  } catch (error) {
    parts.log.error('revocation.not-passed-on', { deviceId, error: messageOf(error) });
  }
}
