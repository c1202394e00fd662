/** The order of the group of Ed25519 (RFC 8032, 5.1). */
export const GROUP_ORDER = 2n ** 252n + 27742317777372353535851937790883648493n

/** Numbers are written with their lowest byte first (RFC 8032, 5.1.2). */
export const fromLittleEndian = (bytes: Uint8Array): bigint =>
  BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`)

export const toLittleEndian = (value: bigint, bytes: number): Buffer =>
  Buffer.from(value.toString(16).padStart(2 * bytes, '0'), 'hex').reverse()
