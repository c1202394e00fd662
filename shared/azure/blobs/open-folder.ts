import type { ContainerClient } from '@azure/storage-blob'
import { GatewayError, unavailable } from '../../kernel/errors.ts'

/** Bodies that are too large for a table, by name. */
export type BlobFolder = {
  write(name: string, body: Uint8Array): Promise<void>
  /** Create if absent: false when there is one. */
  create(name: string, body: Uint8Array): Promise<boolean>
  /** @throws GatewayError when there is no such blob. */
  read(name: string): Promise<Buffer>
  readText(name: string): Promise<string>
  remove(name: string): Promise<void>
  /** Names that begin with the prefix, in order. */
  list(prefix: string): Promise<string[]>
  removeAll(prefix: string): Promise<void>
  /** Removes what was written before a time, at most `limit`. True when nothing of that age is left. */
  removeOlder(before: Date, limit: number): Promise<boolean>
}

const hasCode = (error: unknown, code: string): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === code

const translate = (error: unknown): unknown => {
  const status =
    typeof error === 'object' && error !== null && 'statusCode' in error ? error.statusCode : undefined
  if (status === 401 || status === 403) {
    return unavailable(
      'Blob Storage refuses the gateway. Check its key, or that its identity has the role Storage Blob Data Contributor; a new role is felt after some minutes.',
      { cause: error },
    )
  }
  if (error instanceof GatewayError || (typeof status === 'number' && status < 500 && status !== 429))
    return error
  return unavailable('Blob Storage does not answer. The request can be repeated when it is back.', {
    cause: error,
  })
}

const createBlob = async (container: ContainerClient, name: string, body: Uint8Array): Promise<boolean> => {
  try {
    await container.getBlockBlobClient(name).uploadData(body, { conditions: { ifNoneMatch: '*' } })
    return true
  } catch (error) {
    if (hasCode(error, 'BlobAlreadyExists')) return false
    throw error
  }
}

/** Opens a container at first use (the SDK is loaded only then) and creates it when it is missing. */
export const openFolder = (connect: () => Promise<ContainerClient>): BlobFolder => {
  let connecting: Promise<ContainerClient> | undefined

  const run = async <Result>(operation: (container: ContainerClient) => Promise<Result>): Promise<Result> => {
    connecting ??= connect()
    try {
      const container = await connecting
      try {
        return await operation(container)
      } catch (error) {
        if (!hasCode(error, 'ContainerNotFound')) throw error
        await container.createIfNotExists()
        return await operation(container)
      }
    } catch (error) {
      throw translate(error)
    }
  }

  const read = (name: string): Promise<Buffer> =>
    run((container) => container.getBlockBlobClient(name).downloadToBuffer())

  return {
    write: (name, body) =>
      run(async (container) => void (await container.getBlockBlobClient(name).uploadData(body))),
    create: (name, body) => run((container) => createBlob(container, name, body)),
    read,
    readText: async (name) => (await read(name)).toString('utf8'),
    remove: (name) =>
      run(async (container) => void (await container.getBlockBlobClient(name).deleteIfExists())),
    list: (prefix) =>
      run(async (container) => {
        const names: string[] = []
        for await (const { name } of container.listBlobsFlat({ prefix })) names.push(name)
        return names
      }),
    removeAll: (prefix) =>
      run(async (container) => {
        for await (const blob of container.listBlobsFlat({ prefix })) {
          await container.getBlockBlobClient(blob.name).deleteIfExists()
        }
      }),
    removeOlder: (before, limit) =>
      run(async (container) => {
        let removed = 0
        for await (const { name, properties } of container.listBlobsFlat()) {
          if (properties.lastModified >= before) continue
          if (removed === limit) return false
          await container.getBlockBlobClient(name).deleteIfExists()
          removed++
        }
        return true
      }),
  }
}
