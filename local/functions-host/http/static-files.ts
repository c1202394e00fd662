import { createReadStream } from 'node:fs'
import { readdir, realpath, stat } from 'node:fs/promises'
import { basename, extname, join, resolve, sep } from 'node:path'
import { pipeline } from 'node:stream'
import { UsageError } from '../../service/run.ts'
import { answer, type Exchange } from './exchange.ts'

const TYPES: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.md': 'text/markdown; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.ts': 'text/plain; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webp': 'image/webp',
}

export type StaticFiles = {
  /** `/examples/` for a folder named examples. */
  prefix: string
  /** Answers a request below the prefix; false when the path is another one. */
  serve(exchange: Exchange): Promise<boolean>
}

const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')

const list = async (folder: string, prefix: string): Promise<string> => {
  const entries = await readdir(folder, { withFileTypes: true })
  const names = entries
    .filter((entry) => !entry.name.startsWith('.'))
    .map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name))
    .toSorted()
  const links = names.map((name) => `<li><a href="${encodeURI(name)}">${escapeHtml(name)}</a></li>`)
  const title = escapeHtml(prefix)
  return `<!doctype html><meta charset="utf-8"><title>${title}</title><h1>${title}</h1><ul>${links.join('')}</ul>\n`
}

/** The real path of a file below the root, or undefined when it does not exist or a link or `..` leads out. */
const locate = async (root: string, path: string): Promise<string | undefined> => {
  try {
    const found = await realpath(join(root, decodeURIComponent(path)))
    return found === root || found.startsWith(root + sep) ? found : undefined
  } catch {
    return undefined
  }
}

/**
 * Serves the files of a folder under its own name, with an index; GET and HEAD only.
 * @throws UsageError when there is no such folder.
 */
export const createStaticFiles = async (folder: string): Promise<StaticFiles> => {
  const root = await realpath(resolve(folder)).catch(() => {
    throw new UsageError(`${folder} does not exist. Name an existing folder with --static.`)
  })
  const prefix = `/${basename(root)}/`

  const send = async ({ request, response, url }: Exchange): Promise<void> => {
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return answer(response, 405, { allow: 'GET, HEAD' })
    const file = await locate(root, url.pathname.slice(prefix.length))
    if (file === undefined) return answer(response, 404)
    const about = await stat(file)
    if (about.isDirectory()) {
      if (!url.pathname.endsWith('/')) return answer(response, 301, { location: `${url.pathname}/` })
      const index = await locate(root, `${url.pathname.slice(prefix.length)}index.html`)
      if (index === undefined) {
        response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
        response.end(request.method === 'HEAD' ? undefined : await list(file, url.pathname))
        return
      }
      return stream(index)
    }
    return stream(file)

    async function stream(path: string): Promise<void> {
      response.writeHead(200, {
        'content-type': TYPES[extname(path).toLowerCase()] ?? 'application/octet-stream',
        'content-length': (await stat(path)).size,
        'cache-control': 'no-cache',
      })
      if (request.method === 'HEAD') response.end()
      else pipeline(createReadStream(path), response, () => undefined)
    }
  }

  return {
    prefix,
    serve: async (exchange) => {
      const { pathname } = exchange.url
      if (pathname === prefix.slice(0, -1)) {
        answer(exchange.response, 301, { location: prefix })
        return true
      }
      if (!pathname.startsWith(prefix)) return false
      await send(exchange)
      return true
    },
  }
}
