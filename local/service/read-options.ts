import { parseArgs, type ParseArgsOptionsConfig } from 'node:util'
import * as z from 'zod'
import { UsageError } from './run.ts'

/**
 * Reads `--name value` options against a zod schema whose keys are camelCase names of the options.
 * Booleans are flags; everything else takes a value.
 * @throws UsageError that names the option and what is wrong with it.
 */
export const readOptions = <Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  args: readonly string[],
): z.output<z.ZodObject<Shape>> => {
  const dashed = (key: string): string => key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
  const isFlag = (key: string): boolean =>
    schema.shape[key] !== undefined && acceptsBoolean(schema.shape[key])
  const keys = Object.keys(schema.shape)
  const options: ParseArgsOptionsConfig = Object.fromEntries(
    keys.map((key) => [dashed(key), { type: isFlag(key) ? 'boolean' : 'string' }] as const),
  )
  try {
    const { values } = parseArgs({ args: [...args], options, strict: true })
    const byKey = Object.fromEntries(
      keys.map((key) => [key, values[dashed(key)]]).filter(([, value]) => value !== undefined),
    )
    return schema.parse(byKey)
  } catch (error) {
    if (error instanceof z.ZodError) {
      throw new UsageError(
        error.issues.map((issue) => `--${dashed(String(issue.path[0]))}: ${issue.message}`).join('; '),
      )
    }
    throw new UsageError(
      `${error instanceof Error ? error.message : String(error)} Options: ${Object.keys(options)
        .map((name) => `--${name}`)
        .join(' ')}`,
    )
  }
}

const acceptsBoolean = (schema: z.core.$ZodType): boolean => z.safeParse(schema, true).data === true
