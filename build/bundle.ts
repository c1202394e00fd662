import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { context, type BuildOptions, type BuildResult, type Metafile, type Plugin } from 'esbuild'
import { copiedFiles, copyAppFiles, type AppFiles } from './copy-app-files.ts'
import { measureParts, printParts } from './measure-parts.ts'

export type BundleOptions = {
  /** Folder of the deployable; `metafile.json` is written beside it. */
  outDir: string
  /** Folder of the workspace; `workspace` of the repository by default. */
  workspace?: string | undefined
  /** Keeps watching the sources; called after each further build. esbuild prints what is wrong itself. */
  watch?: ((succeeded: boolean) => void) | undefined
  plugins?: readonly Plugin[] | undefined
}

export type Bundle = { metafile: Metafile; stop(): Promise<void> }

const ROOT = resolve(import.meta.dirname, '..')
const MAIN = 'main.cjs'

/** The worker of Azure Functions supplies this module at run time (Azure/azure-functions-nodejs-worker, setupCoreModule.ts). */
const EXTERNAL = ['@azure/functions-core']

/** `ws` looks for optional native helpers unless told not to (its README, "Legacy opt-in for performance"). */
const WITHOUT_NATIVE_HELPERS = {
  'process.env.WS_NO_BUFFER_UTIL': '"true"',
  'process.env.WS_NO_UTF_8_VALIDATE': '"true"',
}

/**
 * One CommonJS file without code splitting: esbuild then wraps what only `await import()` reaches, so that a cold start
 * evaluates no more than it uses.
 */
const buildOptions = (outDir: string, plugins: Plugin[]): BuildOptions => ({
  absWorkingDir: ROOT,
  entryPoints: ['functions/main.ts'],
  outfile: join(outDir, MAIN),
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node24',
  minify: true,
  legalComments: 'none',
  sourcemap: 'linked',
  sourcesContent: false,
  external: EXTERNAL,
  define: WITHOUT_NATIVE_HELPERS,
  metafile: true,
  logLevel: 'error',
  plugins,
})

/** Copies what stands beside the bundle after each build, and makes its changes cause a rebuild too. */
const copyBesides = (files: AppFiles): Plugin => ({
  name: 'copy-besides',
  setup: (build) => {
    const watchFiles = copiedFiles(files).map(([source]) => source)
    build.onResolve({ filter: /functions\/main\.ts$/ }, ({ path }) => ({
      path: resolve(ROOT, path),
      watchFiles,
    }))
    build.onEnd(({ metafile }) => {
      if (metafile === undefined) return
      copyAppFiles(files)
      writeFileSync(join(files.outDir, '../metafile.json'), JSON.stringify(metafile))
    })
  },
})

const onEachEnd = (onResult: (result: BuildResult) => void): Plugin => ({
  name: 'on-each-end',
  setup: (build) => build.onEnd(onResult),
})

/**
 * Builds the deployable: the bundle of `functions/main.ts`, host.json, package.json and the configuration of the workspace.
 * @throws when the first build fails; esbuild has printed why.
 */
export const bundle = async (options: BundleOptions): Promise<Bundle> => {
  const { workspace = join(ROOT, 'workspace'), watch, plugins = [] } = options
  const outDir = resolve(options.outDir)
  const files = { root: ROOT, workspace: resolve(workspace), outDir, main: MAIN }
  const first = Promise.withResolvers<BuildResult>()
  let isFirst = true
  const notify = onEachEnd((result) => {
    if (isFirst) first.resolve(result)
    else watch?.(result.errors.length === 0)
    isFirst = false
  })
  const building = await context(buildOptions(outDir, [...plugins, copyBesides(files), notify]))
  if (watch === undefined) await building.rebuild().catch(() => {})
  else await building.watch()
  const { metafile, errors } = await first.promise
  if (watch === undefined || metafile === undefined) await building.dispose()
  if (metafile === undefined) throw new Error(`the build failed with ${errors.length} errors`)
  return { metafile, stop: () => building.dispose() }
}

if (import.meta.main) {
  const { metafile } = await bundle({ outDir: join(ROOT, 'dist/app') })
  process.stdout.write(`${printParts(measureParts(metafile))}\n`)
}
