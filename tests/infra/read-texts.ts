import { globSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { InfraTexts } from './create-infra.ts'

const INFRA = resolve(import.meta.dirname, '../../infra')

/** Reads the files of infra/, and those of the workspace that it loads. */
export const readTexts = (): InfraTexts =>
  new Map(
    globSync(['**/*.bicep', '*.json', '../workspace/*.yaml'], { cwd: INFRA })
      .toSorted()
      .map((path) => [path, readFileSync(join(INFRA, path), 'utf8')]),
  )
