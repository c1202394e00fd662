import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { text } from 'node:stream/consumers'

/** The program `bicep` of a PATH, if it has one. */
export const findBicep = (path: string): string | undefined =>
  path
    .split(delimiter)
    .map((folder) => join(folder, 'bicep'))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK)
        return true
      } catch {
        return false
      }
    })

/** A line of diagnostics: `main.bicep(3,7) : Warning no-unused-params: …`. */
const DIAGNOSTIC = /\(\d+,\d+\) : (?:Warning|Error) /

/** Runs `bicep build` and `bicep lint` on a file. @returns what they complain of, each line once */
export const runBicep = async (bicep: string, file: string): Promise<string[]> => {
  const complaints = await Promise.all(
    [
      ['build', file, '--stdout'],
      ['lint', file],
    ].map(async ([command = '', ...options]) => {
      const child = spawn(bicep, [command, ...options], { stdio: ['ignore', 'pipe', 'pipe'] })
      const [output, errors, [code]] = await Promise.all([
        text(child.stdout),
        text(child.stderr),
        once(child, 'close'),
      ])
      const lines = `${output}\n${errors}`.split('\n').filter((line) => DIAGNOSTIC.test(line))
      return code === 0 ? lines : [...lines, `bicep ${command} ended with code ${String(code)}`]
    }),
  )
  return [...new Set(complaints.flat())]
}
