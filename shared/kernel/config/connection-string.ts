export type ServiceKind = 'storage' | 'serviceBus' | 'webPubSub'

/** The parts of a connection string "A=b;C=d", names in lower case; values may contain "=". */
export const partsOf = (text: string): Map<string, string> =>
  new Map(
    text
      .split(';')
      .filter((part) => part.includes('='))
      .map((part) => {
        const at = part.indexOf('=')
        return [part.slice(0, at).trim().toLowerCase(), part.slice(at + 1).trim()]
      }),
  )

const rules: Record<ServiceKind, (parts: Map<string, string>) => boolean> = {
  storage: (parts) =>
    parts.get('usedevelopmentstorage') === 'true' ||
    (parts.has('accountname') && parts.has('accountkey')) ||
    (parts.has('sharedaccesssignature') && parts.has('tableendpoint')),
  serviceBus: (parts) =>
    /^sb:\/\/[^/]+/.test(parts.get('endpoint') ?? '') &&
    ((parts.has('sharedaccesskeyname') && parts.has('sharedaccesskey')) ||
      parts.has('sharedaccesssignature')),
  webPubSub: (parts) => /^https?:\/\/[^/]+/.test(parts.get('endpoint') ?? '') && parts.has('accesskey'),
}

/** Whether a text can be a connection string of that service: its parts are there. It is not tried out. */
export const isFor = (kind: ServiceKind, text: string): boolean => rules[kind](partsOf(text))
