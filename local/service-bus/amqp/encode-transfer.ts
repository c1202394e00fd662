/** Bytes of a frame around the payload, at most, with a delivery tag of 16 bytes. */
export const TRANSFER_OVERHEAD = 64

const TRUE = 0x41
const FALSE = 0x42

export type Transfer = {
  channel: number
  handle: number
  deliveryId: number
  tag: Buffer
  settled: boolean
  more: boolean
}

/** A whole transfer frame. Written by hand, because every delivery needs one: rhea's encoder costs ten times as much. */
export const encodeTransfer = (transfer: Transfer, payload: Buffer): Buffer => {
  const { tag } = transfer
  const fieldBytes = 1 + 5 + 5 + 2 + tag.length + 1 + 1 + 1
  const headBytes = 8 + 3 + 2 + fieldBytes
  const frame = Buffer.allocUnsafe(headBytes + payload.length)
  frame.writeUInt32BE(frame.length, 0)
  frame.writeUInt32BE(0x02000000 + transfer.channel, 4)
  frame.writeUIntBE(0x005314, 8, 3)
  frame[11] = 0xc0
  frame[12] = fieldBytes
  frame[13] = 6
  frame[14] = 0x70
  frame.writeUInt32BE(transfer.handle, 15)
  frame[19] = 0x70
  frame.writeUInt32BE(transfer.deliveryId, 20)
  frame[24] = 0xa0
  frame[25] = tag.length
  tag.copy(frame, 26)
  const afterTag = 26 + tag.length
  frame[afterTag] = 0x43
  frame[afterTag + 1] = transfer.settled ? TRUE : FALSE
  frame[afterTag + 2] = transfer.more ? TRUE : FALSE
  payload.copy(frame, headBytes)
  return frame
}
