/** The authority's folder cannot be used as it is. Nothing in it was changed; the message says what to do. */
export class AuthorityFault extends Error {
  override readonly name = 'AuthorityFault';
  readonly code = 'authority-fault';
}
