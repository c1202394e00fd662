import { readFile } from 'node:fs/promises'
import type { Plugin } from 'esbuild'

/** Makes every module of a bundle note its path in `globalThis.evaluatedModules` at the moment it is evaluated. */
export const markEvaluated: Plugin = {
  name: 'mark-evaluated',
  setup: (build) => {
    build.onLoad({ filter: /\.[cm]?[jt]s$/ }, async ({ path }) => ({
      contents: `;(globalThis.evaluatedModules ??= []).push(${JSON.stringify(path)});\n${await readFile(path, 'utf8')}`,
      loader: path.endsWith('ts') ? 'ts' : 'js',
    }))
  },
}
