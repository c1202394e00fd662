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

/**
 * Runs a service as a program: prints the ready line as one JSON object, stops it on SIGTERM and SIGINT (exit 0),
 * ends with one clear line and exit 1 when it cannot start.
 */
export const runService = async (service: string, start: () => Promise<RunningService>): Promise<void> => {
  try {
    const running = await start()
    const stop = (): void => {
      void running.stop().then(() => process.exit(0))
    }
    process.once('SIGTERM', stop)
    process.once('SIGINT', stop)
    const { service: name, ...rest } = running.ready
    process.stdout.write(`${JSON.stringify({ service: name, ready: true, ...rest })}\n`)
  } catch (error) {
    process.stderr.write(`${describe(service, error)}\n`)
    process.exit(1)
  }
}
