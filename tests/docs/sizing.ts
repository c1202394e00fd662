/**
 * The arithmetic of docs/guides/scale.md. Limits are Azure's published ones, operations the gateway's own measured ones
 * (`npm run bench`); what is assumed, and not measured, says so.
 */
export const AZURE = {
  /** Service Bus Standard, throttling: credits a second of a namespace; one for each send, filter and receive. */
  busCredits: 1000,
  /** AMQP connections of a namespace. */
  busConnections: 5000,
  /** Storage, scalability targets of an account and of a table partition, for entities of 1 KiB. */
  accountEntities: 20_000,
  partitionEntities: 2000,
  /** Web PubSub: connections of a unit, and the part of them to plan with. */
  unitConnections: 1000,
  planned: 0.8,
  /** Web PubSub, performance guide: messages a second of a unit; to small groups, from them, and to event handlers. */
  unitIn: 400,
  unitOut: 4000,
  unitUpstream: 500,
  /** Units of one resource: Premium_P1, Premium_P2. */
  p1Units: 100,
  p2Units: 1000,
  /** Flex Consumption: instances of an app; cores of a subscription in a region, before it is raised; cores of 2,048 MB. */
  appInstances: 1000,
  regionCores: 250,
  instanceCores: 1,
} as const

export const GATEWAY = {
  /** Of one event and one subscription: send, filter, receive. */
  creditsPerEvent: 3,
  /** Of one event: its row, the row of its producer key, the state of the stream. All in one operation. */
  entitiesPerEvent: 3,
  /** Of a silent stream that is watched on an instance, and of the same over WebSocket with our client. */
  pollSeconds: 2,
  checkSeconds: 30,
  /** An agent that says PING so often, and the operations of one: its row is read and written. */
  pingSeconds: 60,
  operationsPerPing: 2,
  /** Rows of one page of a query. */
  pageRows: 1000,
} as const

/** Assumed, not measured on Azure: the bench stores 1,386 to 1,787 events/s on two cores that run the whole cloud. */
export const ASSUMED = {
  /** One instance of 2,048 MB: events stored in a second, frames passed on in a second. */
  eventsPerInstance: 500,
  framesPerInstance: 500,
  /** One messaging unit of Service Bus Premium. */
  eventsPerMessagingUnit: 1000,
} as const

const up = (value: number): number => Math.ceil(Number(value.toFixed(9)))

/** How many units a resource is set to: 1 to 10, then tens up to 100, then hundreds. */
export const toUnits = (needed: number): number =>
  needed <= 10 ? needed : needed <= AZURE.p1Units ? up(needed / 10) * 10 : up(needed / 100) * 100

/** What an event rate (1 KB an event) asks of each service. */
export const sizeEvents = (eventsPerSecond: number) => {
  const instances = up(eventsPerSecond / ASSUMED.eventsPerInstance)
  return {
    credits: eventsPerSecond * GATEWAY.creditsPerEvent,
    standardNamespaces: up((eventsPerSecond * GATEWAY.creditsPerEvent) / AZURE.busCredits),
    messagingUnits: up(eventsPerSecond / ASSUMED.eventsPerMessagingUnit),
    accounts: up((eventsPerSecond * GATEWAY.entitiesPerEvent) / AZURE.accountEntities),
    instances,
    cores: instances * AZURE.instanceCores,
    units: up(eventsPerSecond / AZURE.unitIn),
  }
}

/** What viewers over SSE ask, in the worst case: each of them alone with a silent task. */
export const sizeSse = (viewers: number, perInstance: number, sliceSeconds: number) => {
  const instances = up(viewers / perInstance)
  const reads = viewers / GATEWAY.pollSeconds
  return {
    instances,
    cores: instances * AZURE.instanceCores,
    apps: up(instances / AZURE.appInstances),
    returns: up(viewers / sliceSeconds),
    reads,
    accounts: up(reads / AZURE.accountEntities),
  }
}

/** What viewers over WebSocket ask: connections, and with our client a look at the stored events now and then. */
export const sizeSockets = (viewers: number) => {
  const units = up(viewers / (AZURE.unitConnections * AZURE.planned))
  const checks = up(viewers / GATEWAY.checkSeconds)
  return {
    units,
    resources: up(units / AZURE.p2Units),
    checks,
    accounts: up(checks / AZURE.accountEntities),
  }
}

/** What connected agents ask that say nothing but PING. */
export const sizeAgents = (agents: number) => {
  const { units, resources } = sizeSockets(agents)
  const pings = up(agents / GATEWAY.pingSeconds)
  const operations = up((agents / GATEWAY.pingSeconds) * GATEWAY.operationsPerPing)
  return {
    units,
    resources,
    pings,
    unitsForPings: up(pings / AZURE.unitUpstream),
    instances: up(pings / ASSUMED.framesPerInstance),
    operations,
    ofAccount: operations / AZURE.accountEntities,
    pages: up(agents / GATEWAY.pageRows),
  }
}

/** US dollars, of the USA, 2026, beyond the free grants: docs/guides/deploy.md tells the source. The same in bench/measure-cost.ts. */
const PRICE = {
  busOperation: 0.8e-6,
  tableOperation: 0.036e-6,
  pubSubMessage: 1e-6,
  execution: 0.4e-6,
  gigabyteSecond: 26e-6,
} as const

/** Operations of one event of 1 KB with one viewer, as bench f counts them. */
const PER_EVENT = { bus: 3, table: 1.02, pubSub: 1, executions: 1 } as const

/** What a million events cost that come at a rate to one instance of 2 GB, which is paid for while it works. */
export const priceEvents = (eventsPerSecond: number): number[] => {
  const million = 1e6
  const parts = [
    PER_EVENT.bus * PRICE.busOperation * million,
    PER_EVENT.table * PRICE.tableOperation * million,
    PER_EVENT.pubSub * PRICE.pubSubMessage * million,
    PER_EVENT.executions * PRICE.execution * million,
    (million / eventsPerSecond) * 2 * PRICE.gigabyteSecond,
  ]
  return [...parts, parts.reduce((sum, part) => sum + part, 0)]
}
