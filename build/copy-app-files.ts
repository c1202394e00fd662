import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import * as z from 'zod'

const Manifest = z.object({ name: z.string(), version: z.string() })

/** What stands beside the bundle in the deployable and is copied as it is, when it exists. */
export const copiedFiles = ['host.json', 'workspace/gateway.yaml']

/** Completes the deployable in `outDir`: host.json, the configuration of the workspace and a package.json that names `main`. */
export const copyAppFiles = (root: string, outDir: string, main: string): void => {
  mkdirSync(outDir, { recursive: true })
  for (const file of copiedFiles) {
    if (!existsSync(join(root, file))) continue
    mkdirSync(dirname(join(outDir, file)), { recursive: true })
    cpSync(join(root, file), join(outDir, file))
  }
  const { name, version } = Manifest.parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')))
  writeFileSync(join(outDir, 'package.json'), `${JSON.stringify({ name, version, main }, undefined, 2)}\n`)
}
