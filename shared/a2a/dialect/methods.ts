import { A2aVersion } from '../../contract/a2a/dialect.ts'
import { Operation } from '../../contract/a2a/operation.ts'

/** The JSON-RPC methods of the versions; 0.2 has those of 0.3. The card itself is no method. */
const METHODS: Readonly<Record<A2aVersion, Readonly<Record<Exclude<Operation, 'card'>, string>>>> = {
  '1.0': {
    send: 'SendMessage',
    stream: 'SendStreamingMessage',
    get: 'GetTask',
    list: 'ListTasks',
    cancel: 'CancelTask',
    subscribe: 'SubscribeToTask',
    'push-create': 'CreateTaskPushNotificationConfig',
    'push-get': 'GetTaskPushNotificationConfig',
    'push-list': 'ListTaskPushNotificationConfigs',
    'push-delete': 'DeleteTaskPushNotificationConfig',
    'extended-card': 'GetExtendedAgentCard',
  },
  '0.3': {
    send: 'message/send',
    stream: 'message/stream',
    get: 'tasks/get',
    list: 'tasks/list',
    cancel: 'tasks/cancel',
    subscribe: 'tasks/resubscribe',
    'push-create': 'tasks/pushNotificationConfig/set',
    'push-get': 'tasks/pushNotificationConfig/get',
    'push-list': 'tasks/pushNotificationConfig/list',
    'push-delete': 'tasks/pushNotificationConfig/delete',
    'extended-card': 'agent/getAuthenticatedExtendedCard',
  },
}

/** The JSON-RPC method of an operation; `undefined` for the card, which is fetched. */
export const methodOf = (operation: Operation, version: A2aVersion): string | undefined =>
  operation === 'card' ? undefined : METHODS[version][operation]

export type KnownMethod = { operation: Operation; version: A2aVersion }

const KNOWN: ReadonlyMap<string, KnownMethod> = new Map(
  A2aVersion.options.flatMap((version) =>
    Operation.options.flatMap((operation): [string, KnownMethod][] => {
      const method = methodOf(operation, version)
      return method === undefined ? [] : [[method, { operation, version }]]
    }),
  ),
)

/** The operation that a JSON-RPC method stands for, and the version that calls it so. */
export const operationOf = (method: string): KnownMethod | undefined => KNOWN.get(method)
