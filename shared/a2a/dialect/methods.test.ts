import { expect, it } from 'vitest'
import { A2aVersion } from '../../contract/a2a/dialect.ts'
import { Operation } from '../../contract/a2a/operation.ts'
import { methodOf, operationOf } from './methods.ts'

const all = A2aVersion.options.flatMap((version) =>
  Operation.options.map((operation) => ({ operation, version })),
)

it.each(all.filter(({ operation }) => operation !== 'card'))(
  'the method of $operation in $version is known as that',
  ({ operation, version }) => {
    expect(operationOf(methodOf(operation, version) ?? '')).toEqual({ operation, version })
  },
)

it('has no method for the card', () => {
  expect(methodOf('card', '1.0')).toBeUndefined()
})

it.each(['', 'toString', 'sendMessage', 'tasks/send'])('does not know the method "%s"', (method) => {
  expect(operationOf(method)).toBeUndefined()
})
