/** Frame size that Azure announces in `open`. */
export const MAX_FRAME_BYTES = 65_536

/** Every peer takes frames of this size: AMQP 1.0 part 2.4.1. */
export const MIN_MAX_FRAME_BYTES = 512

/** Frames larger than this are refused before they are read: nobody was told that they may send them. */
export const MAX_INPUT_FRAME_BYTES = 1_048_576

/** Transfers a client may send on one AMQP session before the broker answers with a flow. */
export const INCOMING_WINDOW = 16_384

/** Credit of a client's sender. It is renewed when half of it is used. */
export const SENDER_CREDIT = 2_000

/** AMQP sessions on one connection (Azure announces 4,999). */
export const CHANNEL_MAX = 65_535
