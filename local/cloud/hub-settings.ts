import type { WebPubSubConfigFile } from '../web-pubsub/config.ts'

/** The hub whose clients are agents (`shared/azure/web-pubsub/open-service.ts`). */
const AGENTS_HUB = 'agents'

/** The hubs as the deployment has them: what agents do on theirs comes to the app. @param gateway its address */
export const hubSettings = (gateway: string): WebPubSubConfigFile => ({
  hubs: {
    gateway: {},
    [AGENTS_HUB]: {
      anonymousConnectPolicy: 'allow',
      eventHandlers: [
        {
          urlTemplate: `${gateway}/ws/events/{event}`,
          userEventPattern: '*',
          systemEvents: ['connect', 'disconnected'],
        },
      ],
    },
  },
})

/** The host's option that leads WebSocket clients of the app's own address to that hub. */
export const socketForward = (webPubSub: string): string => `/ws=${webPubSub}/client/hubs/${AGENTS_HUB}`
