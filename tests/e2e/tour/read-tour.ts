import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

export const ROOT = resolve(import.meta.dirname, '../../..')

/** The shell commands of the README's tour, block by block, as they are written. */
export const readTour = (): string[] => {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8')
  const [, tour = ''] = /\n## A tour\n(.*?)\n## /s.exec(readme) ?? []
  return [...tour.matchAll(/```sh\n(.*?)```/gs)].map(([, block = '']) => block)
}
