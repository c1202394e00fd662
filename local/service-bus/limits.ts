/** The name of the shared access key, as in every new namespace and in Microsoft's emulator. */
export const KEY_NAME = 'RootManageSharedAccessKey'

/** The shared access key unless another is given. It protects nothing: it is the same in every copy of this program. */
export const DEFAULT_KEY = 'local-shared-access-key'
