/** Loads the X.509 library, and only when a certificate has to be made or a request read: it takes longer than
 *  everything else at start. */
import type * as X509 from '@peculiar/x509'

export type X509Library = typeof X509

export async function loadX509Library(): Promise<X509Library> {
  await import('reflect-metadata')
  return import('@peculiar/x509')
}
