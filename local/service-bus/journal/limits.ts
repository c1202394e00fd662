/** The log is compacted when it is longer than this (and than the last snapshot). */
export const COMPACT_ABOVE_BYTES = 32 * 1024 * 1024

/** How much of a file is read at once at start. */
export const READ_WINDOW_BYTES = 1024 * 1024
