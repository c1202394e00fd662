/** A local service that listens. `ready` is printed as the ready line. */
export type RunningService = {
  ready: { service: string; port: number; [key: string]: unknown }
  stop(): Promise<void>
}

/** A fault of the user (a taken port, a wrong file or option): printed as one line, without a stack. */
export class UsageError extends Error {
  override name = 'UsageError'
}

/** True for the error of `listen` on a port that somebody else has. */
export const isPortTaken = (error: unknown): error is Error & { port: number } =>
  error instanceof Error && 'code' in error && error.code === 'EADDRINUSE' && 'port' in error

/** A taken port; `option` chooses another one. */
export const portTaken = (port: number, option: string): UsageError =>
  new UsageError(
    `port ${port} is taken. Stop the program that holds it, or choose another port with ${option}.`,
  )

const LISTEN_CALLS: readonly unknown[] = ['listen', 'getaddrinfo']

/** A refusal of the operating system names the call, the file or address and the reason; anything else is our fault. */
const describeFault = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  if (!('syscall' in error)) return error.stack ?? error.message
  return LISTEN_CALLS.includes(error.syscall)
    ? `cannot listen: ${error.message}. Choose another address with --host, or another port.`
    : error.message
}

const describe = (service: string, error: unknown): string => {
  const fault = isPortTaken(error) ? portTaken(error.port, '--port') : error
  const text = fault instanceof UsageError ? fault.message.replaceAll(/\s*\n\s*/g, ' ') : describeFault(fault)
  return `${service}: ${text}`
}

/** How long a service may take to stop before it is ended anyway. */
const STOP_LIMIT_MS = 10_000

/**
 * Runs a service as a program: prints the ready line as one JSON object, stops it on SIGTERM and SIGINT (exit 0) and
 * when the process that started it with an IPC channel is gone (nothing outlives a killed parent),
 * ends with one clear line and exit 1 when it cannot start.
 */
export const runService = async (service: string, start: () => Promise<RunningService>): Promise<void> => {
  let running: RunningService | undefined
  let stopping = false
  const stop = (): void => {
    if (stopping) return
    stopping = true
    if (running === undefined) process.exit(1)
    setTimeout(() => process.exit(1), STOP_LIMIT_MS).unref()
    void running.stop().then(() => process.exit(0))
  }
  for (const signal of ['SIGTERM', 'SIGINT', 'disconnect']) process.once(signal, stop)
  try {
    running = await start()
    const { service: name, ...rest } = running.ready
    process.stdout.write(`${JSON.stringify({ service: name, ready: true, ...rest })}\n`)
  } catch (error) {
    process.stderr.write(`${describe(service, error)}\n`)
    process.exit(1)
  }
}
