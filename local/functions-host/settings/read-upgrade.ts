import { UsageError } from '../../service/run.ts'

/** WebSocket requests for `path` go to `url`. */
export type UpgradeTarget = { path: string; url: URL }

/**
 * Reads `/path=http://host:port/other/path`.
 * @throws UsageError when it is something else.
 */
export const readUpgrade = (text: string): UpgradeTarget => {
  const [, path = '', address = ''] = /^(\/[^=?#]*)=(.+)$/.exec(text) ?? []
  const url = URL.parse(address)
  if (url?.protocol === 'http:' && url.search === '' && url.hash === '') return { path, url }
  throw new UsageError(
    `--upgrade: '${text}' is no path and the http address it is forwarded to, without a query: /ws=http://127.0.0.1:7290/client/hubs/agents.`,
  )
}
