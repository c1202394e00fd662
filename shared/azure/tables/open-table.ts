import { odata, RestError, type TableClient, type TransactionAction } from '@azure/data-tables'
import * as z from 'zod'
import { unavailable } from '../../kernel/errors.ts'

/** An entity as it is stored: keys and properties. Binary properties come back as Buffer. */
export type Row = { partitionKey: string; rowKey: string; [property: string]: unknown }
export type ReadRow = Row & { etag: string }

/** The part of a table that the stores use; absence is a value, every other failure a GatewayError or a RestError. */
export type Table = {
  get(partitionKey: string, rowKey: string): Promise<ReadRow | undefined>
  /** The first rows, in order of the keys; `limit` may be Infinity. `filter` is OData, made with {@link odata}; '' means all. */
  query(filter: string, options: { limit: number; select?: string[] }): Promise<ReadRow[]>
  /** All or nothing; the new ETags in order. `undefined` when a condition failed or a row exists or is gone. */
  transact(actions: TransactionAction[]): Promise<string[] | undefined>
  /** Inserts or replaces, unconditionally. */
  put(row: Row): Promise<void>
  /** Replaces the row if it still has this ETag: the new one, or undefined. */
  replace(row: Row, etag: string): Promise<string | undefined>
  /** Writes these columns of the row and leaves the others, if it still has this ETag: the new one, or undefined. */
  merge(row: Row, etag: string): Promise<string | undefined>
  /** The ETag of the new row; undefined when the row exists already. */
  insert(row: Row): Promise<string | undefined>
  /** False when there was none, or it no longer has this ETag. */
  remove(partitionKey: string, rowKey: string, etag?: string): Promise<boolean>
}

export { odata }

/** Rows that Table Storage gives in one answer (Querying tables and entities). */
const MAX_PAGE_ROWS = 1000

const TRANSIENT_STATUSES = new Set([408, 429, 500, 502, 503, 504])

/** Where the SDK puts the service's error code: on the error for transactions, in its details for the rest. */
const ErrorDetails = z.object({ odataError: z.object({ code: z.string() }) })

const codeOf = (error: RestError): string | undefined => {
  const details = ErrorDetails.safeParse(error.details)
  return details.success ? details.data.odataError.code : error.code
}

const isMissingTable = (error: unknown): boolean =>
  error instanceof RestError && codeOf(error) === 'TableNotFound'

/** A table that somebody deletes is away for up to a minute: no answer about its rows. */
const isBeingDeleted = (error: unknown): boolean =>
  error instanceof RestError && codeOf(error) === 'TableBeingDeleted'

const isCondition = (error: unknown): boolean =>
  error instanceof RestError &&
  !isMissingTable(error) &&
  !isBeingDeleted(error) &&
  [404, 409, 412].includes(error.statusCode ?? 0)

/** Nothing here aborts a request, so an abort is the time limit of an attempt. */
const isTimeout = (error: unknown): boolean => error instanceof Error && error.name === 'AbortError'

const isOutage = (error: unknown): boolean => {
  if (isTimeout(error) || isBeingDeleted(error)) return true
  if (!(error instanceof RestError)) return false
  return error.statusCode === undefined || TRANSIENT_STATUSES.has(error.statusCode)
}

/** Nobody but the deployment itself asks: what is wrong passes when it has its right. */
const isRefusal = (error: unknown): boolean =>
  error instanceof RestError && (error.statusCode === 401 || error.statusCode === 403)

const translate = (error: unknown): unknown => {
  if (isRefusal(error)) {
    return unavailable(
      'Table Storage refuses the gateway. Check its key, or that its identity has the role Storage Table Data Contributor; a new role is felt after some minutes.',
      { cause: error },
    )
  }
  if (!isOutage(error)) return error
  return unavailable('Table Storage does not answer. The request can be repeated when it is back.', {
    cause: error,
  })
}

/** Wraps a table client: creates the table when it is missing, and tells absence, conflict and outage apart. */
export const openTable = (client: TableClient): Table => {
  const run = async <Result>(operation: () => Promise<Result>): Promise<Result> => {
    try {
      return await operation()
    } catch (error) {
      if (!isMissingTable(error)) throw translate(error)
      await client.createTable().catch((failure: unknown) => {
        throw translate(failure)
      })
      return run(operation)
    }
  }

  /** Runs an operation whose failed condition is an answer. */
  const attempt = <Result>(operation: () => Promise<Result>): Promise<Result | undefined> =>
    run(async () => {
      try {
        return await operation()
      } catch (error) {
        if (isCondition(error)) return undefined
        throw error
      }
    })

  return {
    get: (partitionKey, rowKey) =>
      attempt(() => client.getEntity<Row>(partitionKey, rowKey)) as Promise<ReadRow | undefined>,
    query: (filter, { limit, select }) =>
      run(async () => {
        const queryOptions = {
          ...(filter === '' ? {} : { filter }),
          ...(select === undefined ? {} : { select }),
        }
        const rows: ReadRow[] = []
        // A page may be short, even empty, at a partition boundary (continuation tokens): go on until the limit.
        const pages = client
          .listEntities<Row>({ queryOptions })
          .byPage({ maxPageSize: Math.min(limit, MAX_PAGE_ROWS) })
        for await (const page of pages) {
          rows.push(...(page as unknown as ReadRow[]))
          if (rows.length >= limit) break
        }
        return rows.slice(0, limit)
      }),
    transact: (actions) =>
      attempt(async () => {
        const { subResponses } = await client.submitTransaction(actions)
        return subResponses.map((response) => response.etag ?? '')
      }),
    put: async (row) => void (await run(() => client.upsertEntity(row, 'Replace'))),
    replace: async (row, etag) => (await attempt(() => client.updateEntity(row, 'Replace', { etag })))?.etag,
    merge: async (row, etag) => (await attempt(() => client.updateEntity(row, 'Merge', { etag })))?.etag,
    insert: async (row) => (await attempt(() => client.createEntity(row)))?.etag,
    remove: async (partitionKey, rowKey, etag = '*') =>
      (await attempt(() => client.deleteEntity(partitionKey, rowKey, { etag }))) !== undefined,
  }
}
