import { plain, readValue } from '../amqp/rhea.ts'
import { type Content, readContent } from './content.ts'
import { readSections, SECTION } from './read-sections.ts'

/** Message format of a Service Bus batch: every data section is an encoded message of its own. */
const BATCH_FORMAT = 0x80013700

/**
 * The messages of one transfer.
 * @throws RangeError or TypeError when the bytes are not AMQP messages.
 */
export const readBatch = (payload: Buffer, format: number): Content[] => {
  if (format !== BATCH_FORMAT) return [readContent(payload)]
  return readSections(payload)
    .filter((section) => section.code === SECTION.data)
    .map((section) => {
      const bytes = plain(readValue(payload.subarray(section.value, section.end)))
      if (!Buffer.isBuffer(bytes)) throw new TypeError('A data section of a batch does not hold bytes.')
      return readContent(bytes)
    })
}
