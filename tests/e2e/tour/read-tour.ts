import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

export const ROOT = resolve(import.meta.dirname, '../../..')

/** The shell commands below a heading of the README, block by block, as they are written. */
export const readTour = (heading: string): string[] => {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8')
  const [, below = ''] = readme.split(`\n## ${heading}\n`)
  const [section = ''] = below.split('\n## ')
  return [...section.matchAll(/```sh\n(.*?)```/gs)].map(([, block = '']) => block)
}
