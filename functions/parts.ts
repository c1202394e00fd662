import { app } from '@azure/functions'
import { config } from '../shared/compose.ts'
import type { Part } from '../shared/kernel/config/server-settings.ts'

/** Registers functions of one part. */
type Registrar = Pick<typeof app, 'http' | 'timer' | 'serviceBusQueue' | 'serviceBusTopic'>

const nothing = (): void => {}
const none: Registrar = { http: nothing, timer: nothing, serviceBusQueue: nothing, serviceBusTopic: nothing }

/** The app itself for a part that this one runs; for another part what registers nothing. */
const registrar = (part: Part): Registrar => (config.parts.includes(part) ? app : none)

export const events = registrar('events')
export const a2a = registrar('a2a')
export const signaling = registrar('signaling')
export const operations = registrar('operations')
