/** What a request's path names. Names are as written; entity names may have slashes. */
export type Address =
  | { kind: 'namespace' }
  | { kind: 'queues' }
  | { kind: 'topics' }
  | { kind: 'entity'; name: string }
  | { kind: 'subscriptions'; topic: string }
  | { kind: 'subscription'; topic: string; subscription: string }
  | { kind: 'rules'; topic: string; subscription: string }
  | { kind: 'rule'; topic: string; subscription: string; rule: string }

const CHILD =
  /^(?<topic>.+?)\/subscriptions(?:\/(?<subscription>[^/]+)(?:\/(?<rules>rules)(?:\/(?<rule>[^/]+))?)?)?$/i

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** The address of a path such as `/topic/Subscriptions/name/Rules/`; undefined for the root. */
export const parseAddress = (pathname: string): Address | undefined => {
  const path = decode(pathname).replace(/^\/+/, '').replace(/\/+$/, '')
  if (path === '') return undefined
  const lower = path.toLowerCase()
  if (lower === '$namespaceinfo') return { kind: 'namespace' }
  if (lower === '$resources/queues') return { kind: 'queues' }
  if (lower === '$resources/topics') return { kind: 'topics' }
  const { topic, subscription, rules, rule } = CHILD.exec(path)?.groups ?? {}
  if (topic === undefined) return { kind: 'entity', name: path }
  if (subscription === undefined) return { kind: 'subscriptions', topic }
  if (rules === undefined) return { kind: 'subscription', topic, subscription }
  return rule === undefined
    ? { kind: 'rules', topic, subscription }
    : { kind: 'rule', topic, subscription, rule }
}
