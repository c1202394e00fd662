import { execFileSync } from 'node:child_process'
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { build, type Metafile } from 'esbuild'

const ROOT = resolve(import.meta.dirname, '..')

/** Names of the npm packages whose code is in a bundle. */
const packagesIn = ({ inputs }: Metafile): string[] => {
  const names = Object.keys(inputs).map(
    (path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? '',
  )
  return [...new Set(names)].filter((name) => name !== '').toSorted()
}

const licenseOf = (name: string): string =>
  `${name}\n\n${readFileSync(join(ROOT, 'node_modules', name, 'LICENSE'), 'utf8').trim()}\n`

const bundle = async (outDir: string): Promise<Metafile> => {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: ['client/index.ts'],
    outfile: join(outDir, 'index.js'),
    bundle: true,
    // No module of Node can be resolved for it.
    platform: 'browser',
    format: 'esm',
    target: ['node20', 'es2022'],
    minify: true,
    legalComments: 'none',
    metafile: true,
    logLevel: 'error',
  })
  return metafile
}

/** Its types speak of nothing but the client, so those of the contract and of its schemas stay behind. */
const declare = (outDir: string): void => {
  const types = join(outDir, 'types')
  const flags = ['--noEmit', 'false', '--emitDeclarationOnly', '--declaration', '--rootDir', '.']
  const project = ['--project', 'client/tsconfig.json', '--outDir', types]
  execFileSync(join(ROOT, 'node_modules/.bin/tsc'), [...project, ...flags], { cwd: ROOT, stdio: 'inherit' })
  rmSync(join(types, 'shared'), { recursive: true, force: true })
}

/**
 * Builds the client library as a package: one module without dependencies, its types, and the licenses of what is in it.
 * @returns bytes of the module.
 */
export const buildClient = async (outDir: string): Promise<number> => {
  rmSync(outDir, { recursive: true, force: true })
  const metafile = await bundle(outDir)
  declare(outDir)
  for (const name of ['package.json', 'README.md']) cpSync(join(ROOT, 'client', name), join(outDir, name))
  const licenses = packagesIn(metafile).map(licenseOf)
  writeFileSync(join(outDir, 'THIRD-PARTY-LICENSES.txt'), licenses.join('\n---\n\n'))
  return readFileSync(join(outDir, 'index.js')).length
}

if (import.meta.main) {
  const bytes = await buildClient(join(ROOT, 'dist/client'))
  process.stdout.write(`dist/client/index.js has ${(bytes / 1024).toFixed(1)} KiB.\n`)
}
