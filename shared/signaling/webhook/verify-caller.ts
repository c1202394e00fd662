/**
 * Proves that an event comes from the Web PubSub service of this gateway.
 * @throws GatewayError 401; 503 when that cannot be told now, or the settings for it are missing.
 */
export type VerifyCaller = (headers: Headers) => Promise<void>
