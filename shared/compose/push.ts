import { randomUUID } from 'node:crypto'
import { createAnswerPush } from '../a2a/push/answer-push.ts'
import { createClaimInline } from '../a2a/push/claim-inline.ts'
import { createConfigKeeper } from '../a2a/push/config-keeper.ts'
import { createDeliverPush } from '../a2a/push/deliver-push.ts'
import { createPostNotification } from '../a2a/push/post-notification.ts'
import { createPushConfigs } from '../a2a/push/push-configs.ts'
import { createReceiveCallback } from '../a2a/push/receive-callback.ts'
import { createReceiveNotification } from '../a2a/push/receive-notification.ts'
import { createRefuseAddress } from '../a2a/push/refuse-address.ts'
import { createRelayNotification } from '../a2a/push/relay-notification.ts'
import { createSendDelivery } from '../a2a/push/send-delivery.ts'
import { readTexts } from '../a2a/log/read-log.ts'
import { readCardFacts } from '../a2a/upstream/read-card-facts.ts'
import { createPushBodies } from '../azure/blobs/push-bodies.ts'
import { createPushConfigStore } from '../azure/tables/push-config-store.ts'
import {
  agentRegistry,
  aliases,
  bus,
  clock,
  config,
  folder,
  log,
  patiently,
  proxyId,
  quarantine,
  queues,
  seal,
  sendHttp,
  streamStore,
  table,
} from '../compose.ts'
import type { ReceivedMessage } from '../events/read-message.ts'
import { lazy } from '../kernel/lazy.ts'
import { parseJson } from '../kernel/json.ts'
import { askAgent, callbacks } from './calls.ts'
import { getCard } from './cards.ts'
import { publisher } from './sessions.ts'

export const pushConfigStore = lazy(() => createPushConfigStore(table('notifications')))
const bodies = lazy(() => createPushBodies(folder('notifications')))
const keeper = lazy(() => createConfigKeeper({ store: pushConfigStore(), seal, clock }))

const supportsPush = async (agentId: string): Promise<boolean> => {
  const agent = await agentRegistry().getAgent(agentId)
  if (agent === undefined) return false
  const { text } = await getCard(agent)
  return readCardFacts(parseJson(text).value)?.pushNotifications ?? false
}

const pushConfigs = lazy(() =>
  createPushConfigs({
    keeper: keeper(),
    supportsPush,
    refuses: createRefuseAddress(config.egress.allow),
    createId: randomUUID,
  }),
)
export const claimInline = lazy(() => createClaimInline({ pushConfigs: pushConfigs(), proxyId }))
export const answerPush = lazy(() =>
  createAnswerPush({ pushConfigs: pushConfigs(), aliases: aliases(), askAgent: askAgent(), proxyId }),
)

const sendDelivery = lazy(() =>
  createSendDelivery({ queue: queues.notifications, send: bus().send, bodies: bodies() }),
)
export const receiveNotification = lazy(() =>
  createReceiveNotification({
    store: pushConfigStore(),
    sendDelivery: sendDelivery(),
    taskIdOf: async ({ agentId, stream }) => {
      const names = (await streamStore().read(stream))?.value.aliases ?? []
      return names.find((name) => name.agentId === agentId)?.taskId
    },
    eventsOf: ({ stream }) => readTexts(streamStore(), stream),
    log,
  }),
)
export const receiveCallback = lazy(() =>
  createReceiveCallback({
    callbacks: callbacks(),
    proxyId,
    receive: (notification) => patiently(() => receiveNotification()(notification)),
    relay: createRelayNotification({ publisher: publisher(), clock, proxyId }),
    createId: randomUUID,
  }),
)
export const deliverPush = lazy(() =>
  createDeliverPush<ReceivedMessage>({
    keeper: keeper(),
    bodies: bodies(),
    sendDelivery: sendDelivery(),
    putAside: (message, cause) => quarantine()(message, { ...cause, source: 'push' }),
    patiently,
    clock,
    log,
    post: createPostNotification({
      sendHttp: sendHttp(),
      tokenHeader: config.a2a.notification_token_header,
    }),
  }),
)
