import { expect, test } from 'vitest'
import { decideClaim } from './decide-claim.ts'
import type { Session } from './session.ts'

const asked: Session = {
  correlationId: 'c',
  agentId: 'a',
  operation: 'send',
  subject: 's',
  toProxy: 'b',
  fromProxy: 'a',
  state: 'active',
  createdAt: 0,
  lastActivity: 0,
  epoch: 1,
}
const held: Session = { ...asked, holder: 'h', leaseUntil: 100 }

test.each([
  ['nobody has begun', undefined, 50, 'begin'],
  ['nobody has begun, and the time is over', undefined, 201, 'expired'],
  ['asked, not begun', asked, 50, 'begin'],
  ['made right now', held, 99, 'wait'],
  ['made right now, after its deadline', { ...held, leaseUntil: 300 }, 250, 'wait'],
  ['the caller died before the task had a name', held, 101, 'lost'],
  ['the caller died, the task is known', { ...held, taskId: 't' }, 101, 'resume'],
  ['the caller died, reading again is harmless', { ...held, operation: 'get' }, 101, 'repeat'],
  ['the caller died while cancelling', { ...held, operation: 'cancel', taskId: 't' }, 101, 'resume'],
  [
    'the caller died while it followed a task',
    { ...held, operation: 'subscribe', taskId: 't' },
    101,
    'resume',
  ],
  ['answered', { ...held, state: 'completed' }, 101, 'done'],
  ['the task waits for its client', { ...held, state: 'paused' }, 101, 'done'],
] as const)('%s', (...[, session, now, decision]) => {
  expect(decideClaim(session, { now, deadline: 200 })).toBe(decision)
})
