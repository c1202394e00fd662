import { isFields, type Value } from './value.ts'

type BicepFunction = (...values: Value[]) => Value | undefined

const textOf = (value: Value | undefined): string =>
  typeof value === 'string' ? value : JSON.stringify(value)

const lengthOf = (value: Value | undefined): number | undefined => {
  if (typeof value === 'string' || Array.isArray(value)) return value.length
  return isFields(value) ? Object.keys(value).length : undefined
}

const unite = (values: Value[]): Value | undefined => {
  if (values.every(isFields)) return Object.assign({}, ...values)
  const items = values.flat()
  return items.filter((item, index) => items.findIndex((other) => textOf(other) === textOf(item)) === index)
}

/** The functions of Bicep that are worked out here: all their arguments are known. */
export const functions: Readonly<Record<string, BicepFunction>> = {
  concat: (...values) =>
    values.every(Array.isArray) ? values.flat() : values.map((value) => textOf(value)).join(''),
  union: (...values) => unite(values),
  empty: (value) => value === null || lengthOf(value) === 0,
  length: lengthOf,
  contains: (container, item) => {
    if (isFields(container)) return textOf(item) in container
    if (Array.isArray(container)) return container.some((each) => textOf(each) === textOf(item))
    return textOf(container).includes(textOf(item))
  },
  indexOf: (list, item) =>
    Array.isArray(list)
      ? list.findIndex((each) => textOf(each) === textOf(item))
      : textOf(list).indexOf(textOf(item)),
  range: (from, count) => Array.from({ length: Number(count) }, (_, index) => Number(from) + index),
  join: (list, separator) => (Array.isArray(list) ? list.map(textOf).join(textOf(separator)) : undefined),
  split: (text, separator) => textOf(text).split(textOf(separator)),
  string: textOf,
  int: Number,
  toLower: (text) => textOf(text).toLowerCase(),
  toUpper: (text) => textOf(text).toUpperCase(),
  trim: (text) => textOf(text).trim(),
  startsWith: (text, start) => textOf(text).startsWith(textOf(start)),
  replace: (text, from, to) => textOf(text).replaceAll(textOf(from), textOf(to)),
  take: (value, count) =>
    Array.isArray(value) ? value.slice(0, Number(count)) : textOf(value).slice(0, Number(count)),
  max: (...values) => Math.max(...values.flat().map(Number)),
  min: (...values) => Math.min(...values.flat().map(Number)),
  items: (value) =>
    isFields(value)
      ? Object.keys(value)
          .toSorted()
          .map((key) => ({ key, value: value[key] ?? null }))
      : undefined,
  flatten: (value) => (Array.isArray(value) ? value.flat() : undefined),
}

/** What only a deployment can say. A name that stands nowhere is a mistake. */
export const azureFunctions: ReadonlySet<string> = new Set([
  'base64',
  'deployer',
  'environment',
  'guid',
  'newGuid',
  'resourceGroup',
  'resourceId',
  'subscription',
  'subscriptionResourceId',
  'substring',
  'tenant',
  'uniqueString',
  'uri',
  'utcNow',
])
