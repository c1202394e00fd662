import type { FunctionDefinition } from '../functions/function-definition.ts'
import type { RunningApp } from './await-app.ts'
import type { Supervised } from './supervise.ts'

export type Layout = 'single' | 'flex'

export type Fleet = {
  /** A process that runs this function; HTTP functions take turns. */
  acquire(functionName: string): Promise<RunningApp>
  /** The same for work that can wait: also while a crash loop pauses. */
  acquirePatiently(functionName: string): Promise<RunningApp>
  /** Resolves when every process has loaded the app. */
  ready(): Promise<void>
  /** Every process with its role: `app`, `http-0`… or the name of its function. */
  processes(): Array<ReturnType<Supervised['read']>>
  kill(target: { function: string } | { http: number }): boolean
  stop(): Promise<void>
}

export type FleetOptions = {
  layout: Layout
  /** How many processes serve HTTP in the flex layout. */
  http: number
  functions: readonly FunctionDefinition[]
  /** The process that told the list of functions: it becomes `app`, or the first of HTTP. */
  first: Supervised
  launch: (role: string) => Supervised
}

/**
 * Lays the app out in processes. `single`: one for all. `flex`: as Flex Consumption scales, all HTTP functions share
 * `http` processes and every other function has a process of its own; each loads the whole bundle.
 */
export const createFleet = (options: FleetOptions): Fleet => {
  const { layout, first } = options
  const others = options.functions.filter(({ kind }) => kind !== 'http')
  const http = layout === 'single' ? [first] : launchHttp(options)
  const own = new Map(
    layout === 'single' ? [] : others.map(({ name }) => [name, options.launch(name)] as const),
  )
  let turn = 0

  const find = (functionName: string): Supervised => {
    const single = own.get(functionName)
    if (single !== undefined) return single
    turn = (turn + 1) % http.length
    return http[turn] ?? first
  }
  const all = (): Supervised[] => [...http, ...own.values()]

  return {
    acquire: (functionName) => find(functionName).ready(),
    acquirePatiently: (functionName) => find(functionName).patientlyReady(),
    ready: async () => {
      await Promise.all(all().map((supervised) => supervised.ready()))
    },
    processes: () => all().map((supervised) => supervised.read()),
    kill: (target) => {
      const found = 'http' in target ? http[target.http] : (own.get(target.function) ?? onlyIf(layout, first))
      found?.kill()
      return found !== undefined
    },
    stop: async () => {
      await Promise.all([...new Set([...all(), first])].map((supervised) => supervised.stop()))
    },
  }
}

const onlyIf = (layout: Layout, first: Supervised): Supervised | undefined =>
  layout === 'single' ? first : undefined

const launchHttp = ({ http, first, launch }: FleetOptions): Supervised[] => [
  first,
  ...Array.from({ length: Math.max(1, http) - 1 }, (_, index) => launch(`http-${index + 1}`)),
]
