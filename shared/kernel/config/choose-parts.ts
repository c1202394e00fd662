import type { Locate } from './check-settings.ts'
import { isContainer, readAt } from './paths.ts'
import type { Problem } from './problem.ts'
import type { Settings } from './settings.ts'
import { PARTS, type Part } from './server-settings.ts'

const PATH = ['server', 'parts']

const saysSomething = (written: unknown): boolean =>
  isContainer(written) ? Object.keys(written).length > 0 : written !== undefined && written !== null

/**
 * The parts of the gateway that this app runs: all, unless the settings name some. Where none of those that were
 * `written` is a part, none runs: an app that was meant for one part must not serve all of them.
 */
export const chooseParts = (
  { server }: Settings,
  { written, locate }: { written: unknown; locate: Locate },
): { parts: readonly Part[]; problems: Problem[] } => {
  if (server.parts.length > 0) return { parts: server.parts, problems: [] }
  if (!saysSomething(readAt(written, PATH))) return { parts: PARTS, problems: [] }
  return {
    parts: [],
    problems: [
      {
        setting: PATH.join('.'),
        message: `${locate(PATH)}: server.parts names no part of the gateway, so none runs.`,
        remedy: `Name some of ${PARTS.join(', ')}, or remove server.parts to run all, and restart.`,
      },
    ],
  }
}
