import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'esbuild'
import {
  startFunctionsHost,
  type FunctionsHost,
  type FunctionsHostOptions,
} from '../../../local/functions-host/start-functions-host.ts'
import type { LogLine } from '../../../local/functions-host/log.ts'

/** Below the repository, so that the bundler finds the real @azure/functions. */
const FOLDER = join(import.meta.dirname, '../../../.local/fixtures')

export type FixtureOptions = Omit<FunctionsHostOptions, 'app' | 'port' | 'onLog'> & {
  /** Content of host.json beside its version. */
  hostJson?: object
  localSettings?: object
}

export type Fixture = FunctionsHost & {
  directory: string
  logs: LogLine[]
  /** Resolves with the n-th log line, past or coming, whose text matches. */
  logged(pattern: RegExp, times?: number): Promise<LogLine>
  /** Resolves when a function's messages were settled for the n-th time, and the host is past it. */
  settled(functionName: string, times?: number): Promise<void>
}

/** Bundles an app as the product is bundled: one CJS file with only @azure/functions-core external. */
export const buildApp = async (source: string, options: FixtureOptions = {}): Promise<string> => {
  await mkdir(FOLDER, { recursive: true })
  const directory = await mkdtemp(join(FOLDER, 'app-'))
  await build({
    stdin: { contents: source, resolveDir: import.meta.dirname, loader: 'ts' },
    outfile: join(directory, 'index.cjs'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node24',
    external: ['@azure/functions-core'],
    logLevel: 'error',
  })
  await writeFile(join(directory, 'package.json'), JSON.stringify({ main: 'index.cjs' }))
  await writeFile(join(directory, 'host.json'), JSON.stringify({ version: '2.0', ...options.hostJson }))
  if (options.localSettings !== undefined) {
    await writeFile(join(directory, 'local.settings.json'), JSON.stringify(options.localSettings))
  }
  return directory
}

type Logbook = {
  logs: LogLine[]
  add(line: LogLine): void
  find(matches: (line: LogLine) => boolean, times: number): Promise<LogLine>
}

const createLogbook = (): Logbook => {
  const logs: LogLine[] = []
  const waiting = new Set<(line: LogLine) => void>()
  return {
    logs,
    add: (line) => {
      logs.push(line)
      for (const notify of waiting) notify(line)
    },
    find: (matches, times) =>
      new Promise((resolve) => {
        let left = times
        const notify = (line: LogLine): void => {
          if (left <= 0 || !matches(line)) return
          left -= 1
          if (left > 0) return
          waiting.delete(notify)
          resolve(line)
        }
        waiting.add(notify)
        for (const line of logs) notify(line)
      }),
  }
}

/** Builds an app from a source and runs it on a free port; `stop` removes its folder. */
export const startFixture = async (source: string, options: FixtureOptions = {}): Promise<Fixture> => {
  const { hostJson: _hostJson, localSettings: _localSettings, ...hostOptions } = options
  const directory = await buildApp(source, options)
  const logbook = createLogbook()
  const remove = (): Promise<void> => rm(directory, { recursive: true, force: true })
  const host = await startFunctionsHost({
    ...hostOptions,
    app: directory,
    port: 0,
    onLog: logbook.add,
  }).catch(async (error: unknown) => {
    await remove()
    throw error
  })
  return {
    ...host,
    directory,
    logs: logbook.logs,
    logged: (pattern, times = 1) => logbook.find(({ message }) => pattern.test(message), times),
    settled: async (functionName, times = 1) => {
      await logbook.find(
        (line) => line.functionName === functionName && /^(Completed|Abandoned) \d+\.$/.test(line.message),
        times,
      )
      await fetch(`${host.url}/admin/host/ping`)
    },
    stop: async () => {
      await host.stop()
      await remove()
    },
  }
}
