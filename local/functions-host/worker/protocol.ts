/**
 * The messages between the host and an app process. The data inside has the shape of Azure's gRPC protocol
 * (azure-functions-language-worker-protobuf), because the library converts from that shape itself.
 */

/** protobufjs hands 64-bit integers over in this form. */
export type RpcLong = { low: number; high: number; unsigned: boolean }

export type RpcNullableString = { value: string }

export type RpcCookie = {
  name: string
  value: string
  domain?: RpcNullableString
  path?: RpcNullableString
  expires?: { value: { seconds: number } }
  secure?: { value: boolean }
  httpOnly?: { value: boolean }
  sameSite?: 'none' | 'lax' | 'strict' | 'explicitNone'
  maxAge?: { value: number }
}

export type RpcHttp = {
  url?: string
  method?: string
  nullableHeaders?: Record<string, RpcNullableString>
  nullableQuery?: Record<string, RpcNullableString>
  nullableParams?: Record<string, RpcNullableString>
  headers?: Record<string, string>
  statusCode?: string
  cookies?: RpcCookie[]
  body?: RpcTypedData | null
}

export type RpcTypedData = {
  string?: string
  json?: string
  bytes?: Uint8Array
  int?: number
  double?: number
  http?: RpcHttp
  collectionString?: { string: string[] }
  collectionBytes?: { bytes: Uint8Array[] }
  collectionSint64?: { sint64: RpcLong[] }
}

export type RpcException = { message: string; source: string; stackTrace: string }

export type RpcRetryContext = { retryCount: number; maxRetryCount: number; exception?: RpcException }

export type RpcTraceContext = { traceParent: string; traceState: string; attributes: Record<string, string> }

export type InvocationRequest = {
  invocationId: string
  functionName: string
  inputData: Array<{ name: string; data: RpcTypedData }>
  triggerMetadata: Record<string, RpcTypedData>
  traceContext: RpcTraceContext
  retryContext?: RpcRetryContext
}

/** Why Azure would leave an HTTP request of a streaming app without an end. */
export type Hang = 'it threw' | 'it returned nothing' | 'the body of its response broke'

export type InvocationResult = {
  invocationId: string
  error?: { name: string; message: string; stack: string }
  returnValue?: RpcTypedData | null
  outputData: Array<{ name: string; data: RpcTypedData }>
  hang?: Hang
}

/** A binding as the app registered it: JSON, so that it is what the real host reads as `rawBindings`. */
export type Binding = { type: string; direction: string; name: string; [option: string]: unknown }

export type RetryOptions = {
  retryStrategy: 'fixedDelay' | 'exponentialBackoff'
  maxRetryCount: number
  delayInterval?: { seconds: number }
  minimumInterval?: { seconds: number }
  maximumInterval?: { seconds: number }
}

export type FunctionMetadata = { name: string; bindings: Binding[]; retryOptions?: RetryOptions }

export type LogLevel = 'trace' | 'debug' | 'information' | 'warning' | 'error' | 'critical'

export type WorkerLog = {
  level: LogLevel
  /** `user` is the app's own line, `system` one of the library or of the host. */
  category: 'user' | 'system'
  message: string
  functionName?: string
  invocationId?: string
}

export type ToWorker =
  | { type: 'start'; directory: string; entryPoints: string[] }
  | { type: 'invoke'; request: InvocationRequest }
  | { type: 'terminate' }

export type FromWorker =
  | { type: 'listening' }
  | { type: 'started'; functions: FunctionMetadata[]; capabilities: Record<string, string> }
  | { type: 'failed'; message: string }
  | { type: 'result'; result: InvocationResult }
  | ({ type: 'log' } & WorkerLog)
