import { randomUUID } from 'node:crypto'
import { resolve } from 'node:path'
import type { BrowserContext, Page, Request } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { poem } from '../../examples/poem.ts'
import { createAgent } from '../e2e/support/publish.ts'
import { runProgram } from '../e2e/support/run-program.ts'
import { until } from '../e2e/support/until.ts'
import { useCloud } from '../e2e/support/use-cloud.ts'
import { openChromium } from './open-chromium.ts'

const EXAMPLES = resolve(import.meta.dirname, '../../examples')

/** Longer than an EventSource of this gateway waits before it comes back. */
const SETTLED_MS = 1500

describe('a browser', () => {
  let context: BrowserContext
  let close: (() => Promise<void>) | undefined
  beforeAll(async () => {
    ;({ context, close } = await openChromium())
  })
  afterAll(async () => close?.())
  const cloud = useCloud({
    static: EXAMPLES,
    env: { AGENT_GATEWAY_STREAMS__SLICE_SECONDS: '1', AGENT_GATEWAY_STREAMS__RETRY_MS: '200' },
  })

  const openPage = async (): Promise<{ page: Page; requests: Request[]; errors: Error[] }> => {
    const page = await context.newPage()
    onTestFinished(() => page.close())
    const requests: Request[] = []
    const errors: Error[] = []
    page.on('request', (request) => requests.push(request))
    page.on('pageerror', (error) => errors.push(error))
    return { page, requests, errors }
  }

  test('its EventSource resumes where a slice ended, and asks no more after the last event', async () => {
    const task = randomUUID()
    const { page, requests } = await openPage()
    await page.goto(`${cloud().url}/examples/`)
    await page.evaluate(`
      window.seen = []
      window.source = new EventSource('/stream/${task}')
      source.onmessage = ({ lastEventId }) => seen.push(lastEventId)
    `)
    const streams = (): Request[] => requests.filter((request) => request.url().includes('/stream/'))
    const agent = createAgent(cloud(), { task })
    for (const slice of [1, 2, 3]) {
      await until(`request ${slice}`, () => streams().length >= slice)
      await agent.say()
      await until('the event is seen', async () => (await page.evaluate('seen.length')) === slice)
    }
    await agent.finish()
    await until('it is closed', async () => (await page.evaluate('source.readyState')) === 2)
    expect(await page.evaluate('seen')).toEqual(['0', '1', '2', '3'])

    const cursors = await Promise.all(streams().map((request) => request.headerValue('last-event-id')))
    expect(cursors[0]).toBeNull()
    expect(cursors).toContain('0')
    expect(cursors.at(-1)).toBe('3')
    const last = await streams().at(-1)?.response()
    expect(last?.status()).toBe(204)
    const asked = streams().length
    await page.waitForTimeout(SETTLED_MS)
    expect(streams()).toHaveLength(asked)
  })

  test('the page examples/watch-sse.html shows a poem as the agent speaks it', async () => {
    const task = `poem-${randomUUID()}`
    const { page, requests, errors } = await openPage()
    await page.goto(`${cloud().url}/examples/watch-sse.html?task=${task}`)
    await page.getByText(`Watching ${task}.`).waitFor()
    const publishing = runProgram('examples/publish-events.ts', ['--task', task, '--delay', '60'], {
      env: { AZURE_SERVICE_BUS_CONNECTION_STRING: cloud().endpoints.serviceBus },
    })
    await page.locator('#events tr').nth(3).waitFor()
    expect(poem.startsWith((await page.locator('#text').innerText()).trim())).toBe(true)
    await page.getByText('The task is complete.').waitFor()
    expect(await page.locator('#text').innerText()).toBe(poem)
    expect(await page.locator('#events tr').count()).toBe(21)
    expect(await publishing).toMatchObject({ code: 0 })
    expect(errors).toEqual([])
    const asked = requests.length
    await page.waitForTimeout(SETTLED_MS)
    expect(requests).toHaveLength(asked)
  })

  test('the page says why a task failed, and starts anew with another task', async () => {
    const [failed, waiting] = [randomUUID(), randomUUID()]
    const { page } = await openPage()
    await createAgent(cloud(), { task: failed }).say({
      type: 'error',
      payload: { code: 'x', message: 'The ink is out.' },
    })
    await page.goto(`${cloud().url}/examples/watch-sse.html`)
    await page.getByLabel('Task id').fill(failed)
    await page.getByRole('button', { name: 'Watch' }).click()
    await page.getByText('The task failed.').waitFor()
    await page.getByLabel('Task id').fill(waiting)
    await page.getByRole('button', { name: 'Watch' }).click()
    await page.getByText(`Watching ${waiting}.`).waitFor()
    expect(await page.locator('#events tr').count()).toBe(0)
    expect(new URL(page.url()).searchParams.get('task')).toBe(waiting)
  })
})
