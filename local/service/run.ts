/** A local service that listens. `ready` is printed as the ready line. */
export type RunningService = {
  ready: { service: string; port: number; [key: string]: unknown }
  stop(): Promise<void>
}

/** A fault of the user (a taken port, a wrong file or option): printed as one line, without a stack. */
export class UsageError extends Error {
  override name = 'UsageError'
}

const describe = (service: string, error: unknown): string => {
  if (error instanceof UsageError) return `${service}: ${error.message}`
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE' && 'port' in error) {
    return `${service}: port ${String(error.port)} is taken. Stop the program that holds it, or choose another port with --port.`
  }
  return `${service}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`
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
