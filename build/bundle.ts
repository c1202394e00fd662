import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { context, type BuildOptions, type Metafile, type Plugin } from 'esbuild'
import { copiedFiles, copyAppFiles } from './copy-app-files.ts'
import { measureParts, printParts } from './measure-parts.ts'

export type BundleOptions = {
  /** Folder of the deployable; `metafile.json` is written beside it. */
  outDir: string
  /** Keeps watching the sources; called after each further build. esbuild prints what is wrong itself. */
  watch?: ((succeeded: boolean) => void) | undefined
  plugins?: readonly Plugin[] | undefined
}

export type Bundle = { metafile: Metafile; stop(): Promise<void> }

const ROOT = resolve(import.meta.dirname, '..')
const MAIN = 'main.cjs'

/** The worker of Azure Functions supplies this module at run time (Azure/azure-functions-nodejs-worker, setupCoreModule.ts). */
const EXTERNAL = ['@azure/functions-core']

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
  metafile: true,
  logLevel: 'error',
  plugins,
})

/** Makes files that are copied, not bundled, cause a rebuild too. */
const watchCopiedFiles: Plugin = {
  name: 'watch-copied-files',
  setup: (build) => {
    build.onResolve({ filter: /^functions\/main\.ts$/ }, ({ path }) => ({
      path: join(ROOT, path),
      watchFiles: copiedFiles.map((file) => join(ROOT, file)),
    }))
  },
}

/**
 * Builds the deployable: the bundle of `functions/main.ts`, host.json, package.json and the workspace's gateway.yaml.
 * @throws esbuild's BuildFailure when the first build fails.
 */
export const bundle = async ({ outDir, watch, plugins = [] }: BundleOptions): Promise<Bundle> => {
  const out = resolve(outDir)
  let isFirst = true
  const finish: Plugin = {
    name: 'finish',
    setup: (build) => {
      build.onEnd(({ errors, metafile }) => {
        if (metafile !== undefined) {
          copyAppFiles(ROOT, out, MAIN)
          writeFileSync(join(out, '..', 'metafile.json'), JSON.stringify(metafile))
        }
        if (!isFirst) watch?.(errors.length === 0)
      })
    },
  }
  const building = await context(buildOptions(out, [...plugins, watchCopiedFiles, finish]))
  const { metafile = { inputs: {}, outputs: {} } } = await building
    .rebuild()
    .catch(async (error: unknown) => {
      await building.dispose()
      throw error
    })
  isFirst = false
  if (watch === undefined) await building.dispose()
  else await building.watch()
  return { metafile, stop: () => building.dispose() }
}

if (import.meta.main) {
  try {
    const { metafile } = await bundle({ outDir: join(ROOT, 'dist/app') })
    process.stdout.write(`${printParts(measureParts(metafile))}\n`)
  } catch {
    process.exitCode = 1
  }
}
