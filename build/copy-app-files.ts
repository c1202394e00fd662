import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import * as z from 'zod'

const Manifest = z.object({ name: z.string(), version: z.string() })

export type AppFiles = {
  /** Folder of the sources. */
  root: string
  /** Folder of the workspace, whose configuration becomes part of the app. */
  workspace: string
  outDir: string
  /** Name of the bundle. */
  main: string
}

/** What is copied as it is, when it exists: source and place in the app. */
export const copiedFiles = ({
  root,
  workspace,
}: Pick<AppFiles, 'root' | 'workspace'>): Array<[string, string]> => [
  [join(root, 'host.json'), 'host.json'],
  ...['gateway.yaml', 'proxy-config.yaml', 'agent-registry.yaml'].map((name): [string, string] => [
    join(workspace, name),
    `workspace/${name}`,
  ]),
]

/** Completes the deployable: host.json, the configuration of the workspace and a package.json that names `main`. */
export const copyAppFiles = ({ root, workspace, outDir, main }: AppFiles): void => {
  mkdirSync(outDir, { recursive: true })
  for (const [source, place] of copiedFiles({ root, workspace })) {
    const target = join(outDir, place)
    mkdirSync(dirname(target), { recursive: true })
    if (existsSync(source) || place === 'host.json') cpSync(source, target)
    else rmSync(target, { force: true })
  }
  const { name, version } = Manifest.parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')))
  writeFileSync(join(outDir, 'package.json'), `${JSON.stringify({ name, version, main }, undefined, 2)}\n`)
}
