import * as z from 'zod'
import { eachLegacy, type Ways } from './legacy.ts'
import { readPart, writePart } from './part.ts'

const artifactId = z.string()

/** An artifact of 0.3 as one of 1.0. */
export const readArtifact: Ways = eachLegacy((shape) => {
  const parts = z.array(readPart[shape])
  return z.looseObject({ artifactId, parts: shape === '0.3' ? parts : parts.optional() })
})

/** An artifact of 1.0 as one of 0.3. */
export const writeArtifact: Ways = eachLegacy((shape) => {
  const parts = z.array(writePart[shape])
  return z.looseObject({ artifactId, parts: shape === '0.3' ? parts.default([]) : parts.optional() })
})
