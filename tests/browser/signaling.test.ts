import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { buildClient } from '../../build/client.ts'
import { useCloud } from '../e2e/support/use-cloud.ts'
import { openChromium } from './open-chromium.ts'

/** A folder that the gateway serves: the client as it is published, and a page that does nothing by itself. */
const folder = mkdtempSync(join(tmpdir(), 'pages-'))
const pages = join(folder, 'pages')
mkdirSync(pages)
afterAll(() => rmSync(folder, { recursive: true }))

describe('two tabs of a browser', () => {
  let context: BrowserContext
  let close: (() => Promise<void>) | undefined
  beforeAll(async () => {
    await buildClient(pages)
    writeFileSync(join(pages, 'index.html'), '<!doctype html><title>An agent</title>')
    ;({ context, close } = await openChromium())
  })
  afterAll(async () => {
    await close?.()
  })
  const cloud = useCloud({ static: pages })

  const errors: Error[] = []
  afterEach(() => expect(errors.splice(0)).toEqual([]))

  /** A tab whose agent is registered; `window.gateway` is its connection. */
  const openAgent = async (name: string): Promise<Page> => {
    const page = await context.newPage()
    onTestFinished(() => page.close())
    page.on('pageerror', (error) => errors.push(error))
    await page.goto(`${cloud().url}/${basename(pages)}/`)
    await page.evaluate(`(async () => {
      window.client = await import('./index.js')
      window.gateway = await client.connect({ url: location.origin, key: await client.generateKey() })
      await gateway.register({ name: '${name}', capabilities: ['talk'] })
    })()`)
    return page
  }

  test('find each other, and send messages over a real data channel, which the gateway does not see', async () => {
    const [alice, bob] = [await openAgent('Alice'), await openAgent('Bob')]
    await bob.evaluate(`
      window.heard = new Promise((resolve) => {
        client.accept(gateway, { RTCPeerConnection }, (channel, peer) => {
          channel.addEventListener('message', ({ data }) => {
            channel.send(data + ', ' + peer)
            resolve(data)
          })
        })
      })
      undefined
    `)
    const answer = await alice.evaluate(`(async () => {
      const agents = await gateway.discover({ capability: 'talk' })
      window.bob = agents.find(({ name }) => name === 'Bob').did
      const channel = await client.dial(gateway, bob, { RTCPeerConnection })
      const answer = new Promise((resolve) => channel.addEventListener('message', ({ data }) => resolve(data)))
      channel.send('hello')
      return answer
    })()`)
    expect(await bob.evaluate('heard')).toBe('hello')
    expect(answer).toBe(`hello, ${String(await alice.evaluate('gateway.did'))}`)
    expect(await alice.evaluate('bob')).toBe(await bob.evaluate('gateway.did'))
    expect(cloud().lines.filter((line) => line.includes('hello'))).toEqual([])
    const forwarded = cloud().lines.filter((line) => line.includes('A frame was forwarded.'))
    expect(forwarded.filter((line) => line.includes('"OFFER"'))).toHaveLength(1)
    expect(forwarded.filter((line) => line.includes('"ANSWER"'))).toHaveLength(1)
  })

  test('a tab that is closed is gone, and who calls it is told', async () => {
    const [alice, bob] = [await openAgent('Alice'), await openAgent('Bob')]
    const did = String(await bob.evaluate('gateway.did'))
    await bob.close()
    const listed = async (): Promise<unknown> =>
      alice.evaluate(`gateway.discover().then((agents) => agents.map(({ did }) => did))`)
    await expect.poll(listed).not.toContain(did)
    const failure = await alice.evaluate(
      `client.dial(gateway, '${did}', { RTCPeerConnection }).catch(({ code }) => code)`,
    )
    expect(failure).toBe('refused')
  })
})
