import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { LogLine } from '../../../local/functions-host/log.ts'
import { startFixture, type Fixture } from './fixture.ts'

const timer = (schedule: string, options = '', handler = ''): string => `
import { app } from '@azure/functions'
let runs = 0
let release = () => {}
app.timer('tick', {
  schedule: '${schedule}',
  ${options}
  handler: async (timer, context) => {
    runs += 1
    context.log('run ' + runs + ' ' + JSON.stringify({ ...timer, retry: context.retryContext ?? null, metadata: context.triggerMetadata ?? null }))
    ${handler}
  },
})
app.http('release', { authLevel: 'anonymous', handler: async () => { release(); return { status: 200 } } })
`

/** Advances the host's clock to the next time that is a multiple of `ms` since the epoch. */
const advanceTo = ({ controls }: Fixture, ms: number): void =>
  controls.clock.advance(ms - (controls.clock.now() % ms))

/** One round trip through the host: what followed the last log line has happened. */
const afterwards = async ({ url }: Fixture): Promise<void> => {
  await fetch(`${url}/admin/host/ping`)
}

const readRun = (line: LogLine): unknown => JSON.parse(line.message.replace(/^run \d+ /, ''))

const MINUTE = 60_000
const HOUR = 60 * MINUTE

describe('a timer', () => {
  test('runs when its NCRONTAB expression says, in UTC, on the host’s clock', async () => {
    const host = await startFixture(timer('0 0 */2 * * *'))
    advanceTo(host, 2 * HOUR)
    const run = await host.logged(/^run 1 /)
    const from = new Date(Math.floor(host.controls.clock.now() / HOUR) * HOUR)
    const time = (date: Date): string => date.toISOString().replace('.000Z', '+00:00')
    expect(readRun(run)).toMatchObject({
      isPastDue: false,
      schedule: { adjustForDST: true },
      scheduleStatus: { last: '0001-01-01T00:00:00', next: time(from) },
      retry: null,
      metadata: null,
    })
    expect(run).toMatchObject({
      functionName: 'tick',
      invocationId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    })
    await host.stop()
  })

  test('of less than a minute has no schedule status', async () => {
    const host = await startFixture(timer('*/30 * * * * *'))
    advanceTo(host, 30_000)
    expect(readRun(await host.logged(/^run 1 /))).toMatchObject({ scheduleStatus: null })
    await host.stop()
  })

  test('may be five fields, a TimeSpan, or a setting', async () => {
    const five = await startFixture(timer('*/5 * * * *'))
    advanceTo(five, 5 * MINUTE)
    await five.logged(/^run 1 /)
    await five.stop()

    const span = await startFixture(timer('%EVERY%'), { env: { EVERY: '00:10:00' } })
    span.controls.clock.advance(10 * MINUTE)
    expect(readRun(await span.logged(/^run 1 /))).toMatchObject({ schedule: { adjustForDST: false } })
    await span.stop()
  })

  test('never overlaps itself: the next time is taken after the run', async () => {
    const host = await startFixture(
      timer(
        '0 * * * * *',
        '',
        `await new Promise<void>((resolve) => { release = resolve; console.log('waiting ' + runs) })`,
      ),
    )
    advanceTo(host, MINUTE)
    await host.logged(/^waiting 1$/)
    host.controls.clock.advance(5 * MINUTE)
    await fetch(`${host.url}/api/release`)
    await host.logged(/Executed in/)
    expect(host.logs.filter(({ message }) => message.startsWith('run '))).toHaveLength(1)
    await afterwards(host)
    advanceTo(host, MINUTE)
    await host.logged(/^waiting 2$/)
    await fetch(`${host.url}/api/release`)
    await host.stop()
  })

  test('goes on after a run that failed', async () => {
    const host = await startFixture(timer('0 * * * * *', '', `throw new Error('not today')`))
    advanceTo(host, MINUTE)
    await host.logged(/not today/)
    await afterwards(host)
    advanceTo(host, MINUTE)
    await host.logged(/^run 2 /)
    await host.stop()
  })

  test('with runOnStartup runs at once', async () => {
    const host = await startFixture(timer('0 0 0 1 1 *', 'runOnStartup: true,'))
    await host.logged(/^run 1 /)
    await host.stop()
  })

  test('makes up for a missed run at the next start, marked as past due', async () => {
    const data = await mkdtemp(join(tmpdir(), 'timers-'))
    const before = await startFixture(timer('0 0 * * * *'), { data })
    await before.stop()
    const file = join(data, 'timers.json')
    const status = JSON.parse(await readFile(file, 'utf8'))
    status.tick.next = Date.now() - HOUR
    await writeFile(file, JSON.stringify(status))
    const after = await startFixture(timer('0 0 * * * *'), { data })
    expect(readRun(await after.logged(/^run 1 /))).toMatchObject({ isPastDue: true })
    await after.stop()
    await rm(data, { recursive: true })
  })

  test('with a wrong schedule is in error while the others run', async () => {
    const host = await startFixture(timer('every day'), { strict: true })
    expect(host.failures).toEqual([
      { functionName: 'tick', reason: expect.stringContaining('must have five or six fields') },
    ])
    expect((await fetch(`${host.url}/api/release`)).status).toBe(200)
    await host.stop()
  })
})

describe('a retry policy', () => {
  test('runs again with a retry context from the first attempt on, until the count is reached', async () => {
    const host = await startFixture(
      timer(
        '0 0 0 1 1 *',
        `retry: { strategy: 'fixedDelay', maxRetryCount: 2, delayInterval: { minutes: 1 } }, runOnStartup: true,`,
        `throw new Error('attempt ' + runs)`,
      ),
    )
    const first = readRun(await host.logged(/^run 1 /))
    expect(first).toMatchObject({ retry: { retryCount: 0, maxRetryCount: 2 } })
    await host.logged(/Failed after .*attempt 1/)
    await afterwards(host)
    host.controls.clock.advance(MINUTE)
    const second = readRun(await host.logged(/^run 2 /))
    expect(second).toMatchObject({ retry: { retryCount: 1, exception: { message: 'attempt 1' } } })
    await host.logged(/Failed after .*attempt 2/)
    await afterwards(host)
    host.controls.clock.advance(MINUTE)
    await host.logged(/Failed after .*attempt 3/)
    await afterwards(host)
    host.controls.clock.advance(10 * MINUTE)
    await afterwards(host)
    expect(host.logs.filter(({ message }) => message.startsWith('run '))).toHaveLength(3)
    await host.stop()
  })
})
