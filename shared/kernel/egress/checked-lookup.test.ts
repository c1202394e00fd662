import type { LookupAddress } from 'node:dns'
import { expect, test } from 'vitest'
import { createCheckedLookup } from './checked-lookup.ts'

type Found = { error: NodeJS.ErrnoException | null; address: string | LookupAddress[] }

/** What a connection is told of a name that leads to these addresses. */
const lookUp = (addresses: LookupAddress[], options: { all: boolean; allowed?: string }): Promise<Found> => {
  const lookup = createCheckedLookup({
    isAllowed: (address) => address === options.allowed,
    resolveName: (_hostname, _options, callback) => callback(null, addresses),
  })
  return new Promise((resolve) => {
    lookup('name.example', { all: options.all }, (error, address) => resolve({ error, address }))
  })
}

const PUBLIC: LookupAddress = { address: '2606:4700:4700::1111', family: 6 }
const PRIVATE: LookupAddress = { address: '10.0.0.1', family: 4 }

test('of the addresses of a name only the public ones are connected to', async () => {
  expect(await lookUp([PRIVATE, PUBLIC], { all: true })).toEqual({ error: null, address: [PUBLIC] })
  expect(await lookUp([PRIVATE, PUBLIC], { all: false })).toEqual({ error: null, address: PUBLIC.address })
})

test('a name that leads to none is refused, without telling where it leads', async () => {
  const { error } = await lookUp([PRIVATE], { all: true })
  expect(error).toMatchObject({ kind: 'refused' })
  expect(String(error)).not.toContain(PRIVATE.address)
})

test('an address that is allowed is connected to', async () => {
  const found = await lookUp([PRIVATE], { all: true, allowed: PRIVATE.address })
  expect(found).toEqual({ error: null, address: [PRIVATE] })
})
