import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { resolve } from 'node:path'
import { bundle } from '../build/bundle.ts'
import { type BenchCloud, startBenchCloud } from './bench-cloud.ts'
import { startBenchDeployments, type Ways } from './bench-deployments.ts'
import { type Figure, holds, toTable } from './figure.ts'
import { measureCost } from './measure-cost.ts'
import { measureFanOut } from './measure-fan-out.ts'
import { measureFewTasks, measureManyTasks } from './measure-ingest.ts'
import { measureLatency } from './measure-latency.ts'
import { measureLoad } from './measure-load.ts'
import { measureProxy } from './measure-proxy.ts'
import { measureSignaling } from './measure-signaling.ts'
import { measureSilentAgents } from './measure-silent-agents.ts'
import { measureSockets } from './measure-sockets.ts'
import { measureStreams } from './measure-streams.ts'

type Measure = () => Promise<Figure[]>

const inCloud =
  (measure: (cloud: BenchCloud) => Promise<Figure[]>): Measure =>
  async () => {
    const cloud = await startBenchCloud()
    try {
      return await measure(cloud)
    } finally {
      await cloud.remove()
    }
  }

const inDeployments =
  (measure: (ways: Ways) => Promise<Figure[]>): Measure =>
  async () => {
    const deployments = await startBenchDeployments()
    try {
      return await measure(deployments.ways)
    } finally {
      await deployments.remove()
    }
  }

/**
 * Every figure of the gateway in one run, as a table and as JSON; exit code 1 when a bound is missed. Arguments choose
 * measurements by letter: `a c`.
 */
const measurements: Record<string, Measure[]> = {
  a: [inCloud(measureLatency)],
  b: [inCloud(measureFewTasks), inCloud(measureManyTasks)],
  c: [inCloud(measureFanOut)],
  d: [measureLoad],
  e: [inCloud(measureSockets)],
  f: [inCloud(measureCost)],
  g: [inDeployments(measureProxy)],
  h: [inDeployments(measureStreams)],
  i: [inCloud(measureSignaling)],
  j: [inCloud(measureSilentAgents)],
}

const chosen = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(measurements)
const root = resolve(import.meta.dirname, '..')
await (await bundle({ outDir: resolve(root, 'dist/app') })).stop()

const figures: Figure[] = []
for (const letter of chosen) {
  const group = measurements[letter]
  if (group === undefined) {
    throw new Error(
      `There is no measurement "${letter}". Choose from ${Object.keys(measurements).join(' ')}.`,
    )
  }
  for (const measure of group) {
    const found = await measure()
    figures.push(...found)
    process.stdout.write(`${toTable(found)}\n`)
  }
}

const results = resolve(root, 'bench/results')
mkdirSync(results, { recursive: true })
const file = resolve(results, 'latest.json')
const machine = { cores: cpus().length, processor: cpus()[0]?.model, node: process.version }
writeFileSync(file, `${JSON.stringify({ at: new Date().toISOString(), machine, figures }, undefined, 2)}\n`)
process.stdout.write(`\n${toTable(figures)}\n\nAs JSON: ${file}\n`)
if (!figures.every(holds)) process.exitCode = 1
