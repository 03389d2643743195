import { type ConnectionOptions, checkServerIdentity, type PeerCertificate } from 'node:tls';
import { serverCertificateName } from '../../shared/enrolment.ts';
import type { Identity } from './identity.ts';

/**
 * The one server an agent trusts: a certificate of the pinned authority, made
 * out to the server's name. The address does not matter, so the server may move.
 * `rejectUnauthorized` is said because the environment could turn it off.
 */
export function pinnedTo(authority: string) {
  return {
    ca: authority,
    servername: serverCertificateName,
    checkServerIdentity: (_address: string, certificate: PeerCertificate) =>
      checkServerIdentity(serverCertificateName, certificate),
    minVersion: 'TLSv1.2',
    rejectUnauthorized: true,
  } as const satisfies ConnectionOptions;
}

/** What the agent's socket needs to speak to its server and to be believed by it. */
export function tlsOptions(identity: Pick<Identity, 'authority' | 'certificate' | 'privateKey'>) {
  return { ...pinnedTo(identity.authority), cert: identity.certificate, key: identity.privateKey };
}
