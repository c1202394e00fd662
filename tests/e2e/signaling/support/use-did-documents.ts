import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll } from 'vitest'
import { listen } from '../../../../local/service/listen.ts'
import { CERTIFICATE, CERTIFICATE_KEY } from './certificate.ts'

export type DidDocuments = {
  /** Where the server is, as a did:web says it. */
  host(): string
  /** What the server answers at a path: a document, or a redirection. */
  publish(path: string, answer: object | { location: string }): void
  /** How often it was asked for a path. */
  asked(path: string): number
}

/** A server of DID documents for all tests of a suite; the app has to trust its certificate. */
export const useDidDocuments = (): DidDocuments => {
  const answers = new Map<string, object>()
  const asked: string[] = []
  const options = { cert: readFileSync(CERTIFICATE), key: readFileSync(CERTIFICATE_KEY) }
  const server = createServer(options, ({ url = '' }, response) => {
    asked.push(url)
    const answer = answers.get(url)
    if (answer === undefined) response.writeHead(404).end()
    else if ('location' in answer) response.writeHead(302, { location: String(answer.location) }).end()
    else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
  })
  beforeAll(() => listen(server, { host: '127.0.0.1', port: 0 }))
  afterAll(() => void server.close())
  return {
    host: () => `localhost%3A${(server.address() as AddressInfo).port}`,
    publish: (path, answer) => void answers.set(path, answer),
    asked: (path) => asked.filter((url) => url === path).length,
  }
}
