import { resolve } from 'node:path'

const TLS = resolve(import.meta.dirname, '../../../conformance/web-pubsub/tls')

/** Of localhost and 127.0.0.1, signed by itself. */
export const CERTIFICATE = resolve(TLS, 'cert.pem')
export const CERTIFICATE_KEY = resolve(TLS, 'key.pem')

/** Makes an app trust it. */
export const trustCertificate = { NODE_EXTRA_CA_CERTS: CERTIFICATE }
