import { ulid } from 'ulid'
import { bell, config, log } from '../compose.ts'
import { lazy } from '../kernel/lazy.ts'
import { createReceiveExecResponse } from '../signaling/exec/create-receive-exec-response.ts'
import { createRequestIds } from '../signaling/exec/create-request-ids.ts'
import { appender } from './sessions.ts'

/** Of the calls of connected agents. */
export const requestIds = createRequestIds({ secretKey: config.secretKey, createId: ulid })

/** Takes what a connected agent answers, in whatever process it arrives. */
export const receiveExecResponse = lazy(() =>
  createReceiveExecResponse({ requestIds, appendAll: appender().appendAll, bell: bell(), log }),
)
