import type * as z from 'zod'
import type { Path } from './paths.ts'
import type { Problem } from './problem.ts'
import { removeBroken, type ToOriginal, unitOf } from './remove-broken.ts'

type Issue = z.core.$ZodIssue
/** Says where a setting was made: a file and line, or an environment variable. */
export type Locate = (path: Path) => string

type Finding = { path: Path; message: string }

const findingsOf = (issue: Issue): Finding[] => {
  const path = issue.path.map(String)
  if (issue.code !== 'unrecognized_keys') return [{ path, message: issue.message }]
  return issue.keys.map((key) => ({ path: [...path, key], message: 'there is no such setting' }))
}

const toProblem = (finding: Finding, locate: Locate, guide: string): Problem => {
  const setting = finding.path.join('.')
  return {
    setting,
    message: `${locate(finding.path)}: ${setting} is not valid: ${finding.message}. ${unitOf(finding.path).join('.')} is ignored.`,
    remedy: `Correct or remove ${setting} (${guide} lists every setting) and restart.`,
  }
}

/** Rounds of removing: every one removes something, unless a default breaks its own rule. */
const MAX_ROUNDS = 100

type CheckOptions = {
  locate: Locate
  guide: string
  /** Where something in the input was written, if not there; `locate` is asked for that. */
  toOriginal?: ToOriginal
}

/**
 * Parses settings by a schema whose top has a default for everything. What is wrong is collected and removed, so that its
 * default holds: one bad value never stops the gateway, and never loosens what the rest says. `toOriginal` says where
 * something in the settings was written.
 */
export const checkSettings = <Output>(
  schema: z.ZodType<Output>,
  input: unknown,
  { locate, guide, toOriginal = (path) => path }: CheckOptions,
): { settings: Output; problems: Problem[]; toOriginal: ToOriginal } => {
  const remaining = structuredClone(input)
  const problems: Problem[] = []
  let originalOf = toOriginal
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const result = schema.safeParse(remaining)
    if (result.success) return { settings: result.data, problems, toOriginal: originalOf }
    const findings = result.error.issues.flatMap(findingsOf)
    problems.push(
      ...findings.map(({ path, message }) => toProblem({ path: originalOf(path), message }, locate, guide)),
    )
    const before = originalOf
    const undo = removeBroken(
      remaining,
      findings.map(({ path }) => path),
    )
    originalOf = (path) => before(undo(path))
  }
  throw new Error('A default of the settings breaks its own rule.')
}
