/** Ports of Azurite's services (Azurite README, "Command Line Options"). */
export const DEFAULT_BLOB_PORT = 10_000
export const DEFAULT_TABLE_PORT = 10_002

/** Seconds an idle connection stays open; Azure Storage keeps them longer than Azurite's 5 s, which races with reuse. */
export const KEEP_ALIVE_SECONDS = 60
