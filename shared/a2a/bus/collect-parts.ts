import * as z from 'zod'
import { encodeKey } from '../../kernel/ids.ts'

/** The application properties of a numbered part. */
const PartFacts = z.object({
  partOf: z.string().min(1),
  part: z.coerce.number().int().min(0),
  parts: z.coerce.number().int().min(2).max(10_000),
})

/** Where parts wait for each other. */
export type PartFolder = {
  write(name: string, body: Uint8Array): Promise<void>
  /** Create if absent: false when there is one. */
  create(name: string, body: Uint8Array): Promise<boolean>
  read(name: string): Promise<Uint8Array>
  /** Names that begin with the prefix. */
  list(prefix: string): Promise<string[]>
  removeAll(prefix: string): Promise<void>
}

/** A whole body: `done` forgets the parts, once nobody needs them any more. */
export type WholeBody = { body: Uint8Array; done(): Promise<void> }

/** The whole body of a message, or undefined while parts of it are still missing. */
export type CollectParts = (
  body: Uint8Array,
  applicationProperties: Readonly<Record<string, unknown>>,
) => Promise<WholeBody | undefined>

/**
 * The name of a message is the key of its parts; what comes first is kept until the last one is there, in any order.
 * (`inOrder`: of a session, so that only the last part has to look for the others.) Of the parts that see all others, one is chosen to be the whole, for good: when its handler dies, the same part comes
 * again.
 */
export const createCollectParts =
  (folder: PartFolder, { inOrder = false }: { inOrder?: boolean } = {}): CollectParts =>
  async (body, applicationProperties) => {
    const facts = PartFacts.safeParse(applicationProperties)
    if (!facts.success) return { body, done: async () => undefined }
    const { partOf, part, parts } = facts.data
    const prefix = `${encodeKey(partOf)}~`
    const nameOf = (index: number): string => `${prefix}${String(index).padStart(5, '0')}`
    const choice = `${prefix}chosen`
    const isChosen = async (index: number): Promise<boolean> =>
      (await folder.create(choice, Buffer.from(String(index)))) ||
      Buffer.from(await folder.read(choice)).toString() === String(index)
    await folder.write(nameOf(part), body)
    if (inOrder && part < parts - 1) return undefined
    const names = Array.from({ length: parts }, (_, index) => nameOf(index))
    const known = new Set(await folder.list(prefix))
    if (!names.every((name) => known.has(name))) return undefined
    if (!(await isChosen(part))) return undefined
    const bodies = await Promise.all(names.map((name) => folder.read(name)))
    return { body: Buffer.concat(bodies), done: () => folder.removeAll(prefix) }
  }
