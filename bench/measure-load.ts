import { fork } from 'node:child_process'
import { resolve } from 'node:path'
import type { Figure } from './figure.ts'
import { percentile, round } from './statistics.ts'

const RUNS = 7

type Load = { loadMs: number; rssBytes: number }

const loadOnce = (): Promise<Load> =>
  new Promise((done, reject) => {
    const app = resolve(import.meta.dirname, '../dist/app')
    const child = fork(resolve(import.meta.dirname, 'load-bundle.ts'), [app], { silent: true })
    child.once('message', (message) => done(message as Load))
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`The bundle could not be loaded (exit ${code}).`)))
  })

/** (d) What a cold start pays: time to evaluate the bundle and register its functions, and the memory it then has. */
export const measureLoad = async (): Promise<Figure[]> => {
  const loads: Load[] = []
  for (let index = 0; index < RUNS; index++) loads.push(await loadOnce())
  return [
    {
      name: '(d) bundle load p50',
      value: round(
        percentile(
          loads.map(({ loadMs }) => loadMs),
          0.5,
        ),
        0,
      ),
      unit: 'ms',
    },
    {
      name: '(d) RSS after load',
      value: round(
        percentile(
          loads.map(({ rssBytes }) => rssBytes),
          0.5,
        ) /
          2 ** 20,
        0,
      ),
      unit: 'MiB',
    },
  ]
}
