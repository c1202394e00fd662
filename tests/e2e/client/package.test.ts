import { execFile, execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildClient } from '../../../build/client.ts'
import { startSmallGateway } from '../../fixtures/client/start-small-gateway.ts'

const ROOT = resolve(import.meta.dirname, '../../..')
const MAX_BYTES = 130 * 1024

/** A folder with nothing in it but the package, installed as npm installs it. */
const folder = mkdtempSync(join(tmpdir(), 'client-'))
const built = join(folder, 'built')
const app = mkdtempSync(join(tmpdir(), 'client-app-'))
const installed = join(app, 'node_modules/agent-gateway-client')
let bytes = 0

const run = (file: string, args: string[], cwd: string): string =>
  execFileSync(file, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

beforeAll(async () => {
  bytes = await buildClient(built)
  const [{ filename }] = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', folder], built))
  writeFileSync(join(app, 'package.json'), '{ "type": "module", "private": true }')
  run('npm', ['install', '--offline', '--no-audit', '--no-fund', join(folder, filename)], app)
})
afterAll(() => {
  for (const path of [folder, app]) rmSync(path, { recursive: true, force: true })
})

test('the package is small, and comes alone', () => {
  expect(bytes).toBeLessThan(MAX_BYTES)
  const packages = readdirSync(join(app, 'node_modules')).filter((name) => !name.startsWith('.'))
  expect(packages).toEqual(['agent-gateway-client'])
  expect(readdirSync(installed).toSorted()).toEqual([
    'README.md',
    'THIRD-PARTY-LICENSES.txt',
    'index.js',
    'package.json',
    'types',
  ])
  const licenses = readFileSync(join(installed, 'THIRD-PARTY-LICENSES.txt'), 'utf8')
  for (const name of ['zod', '@scure/base']) expect(licenses).toContain(`${name}\n\n`)
})

test('a program in Node connects with it', async () => {
  const gateway = await startSmallGateway()
  const program = `
    import { connect, didOf, generateKey } from 'agent-gateway-client'
    const key = await generateKey()
    const agent = await connect({ url: '${gateway.http}', key })
    const { did } = await agent.register()
    console.log(did === (await didOf(key)))
    await agent.close()
  `
  writeFileSync(join(app, 'program.js'), program)
  const { stdout } = await promisify(execFile)(process.execPath, ['program.js'], { cwd: app })
  expect(stdout).toBe('true\n')
})

test('a bundler packs it for a browser without anything of Node', async () => {
  writeFileSync(join(app, 'page.js'), "export { connect, dial } from 'agent-gateway-client'")
  const { outputFiles } = await build({
    absWorkingDir: app,
    entryPoints: ['page.js'],
    bundle: true,
    write: false,
    platform: 'browser',
    format: 'esm',
    logLevel: 'silent',
  })
  expect(outputFiles[0]?.text).not.toMatch(/\b(require|Buffer|process)\b[.(]|from ?["']node:/)
})

test('its types stand alone: a program for the browser compiles against them', () => {
  const program = `
    import { accept, connect, dial, type Message, type TaskEvent } from 'agent-gateway-client'
    export const talk = async (): Promise<string> => {
      const agent = await connect({ url: 'https://gateway.example', key: new Uint8Array(32), WebSocket })
      agent.on('offer', (offer: Message<'OFFER'>) => void agent.answer(offer.from, offer.payload.sdp))
      agent.serve(async function* ({ params }) {
        yield params
      })
      for await (const event of agent.watch('task')) {
        const seen: TaskEvent = event
        console.log(seen.payload)
      }
      const configuration = { iceServers: [{ urls: 'stun:stun.example' }] }
      accept(agent, { RTCPeerConnection, configuration }, (channel, peer) => channel.send(peer))
      const channel: RTCDataChannel = await dial(agent, 'did:web:example.com', { RTCPeerConnection })
      return channel.label
    }
  `
  writeFileSync(join(app, 'program.ts'), program)
  const flags = ['--strict', '--noEmit', '--module', 'nodenext', '--target', 'es2022', '--types', '']
  const lib = ['--lib', 'es2022,dom,dom.iterable', '--exactOptionalPropertyTypes']
  expect(run(join(ROOT, 'node_modules/.bin/tsc'), [...flags, ...lib, 'program.ts'], app)).toBe('')
})
