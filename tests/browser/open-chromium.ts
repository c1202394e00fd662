import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { chromium, type BrowserContext } from 'playwright-core'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

const FLAGS = [
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

const findChromium = (): string => {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  const paths = [
    process.env['CHROMIUM'] ?? '',
    ...folders.flatMap((folder) => NAMES.map((name) => join(folder, name))),
  ]
  const found = paths.find((path) => path !== '' && existsSync(path))
  if (found !== undefined) return found
  throw new Error(
    `The browser tests need a Chromium, and none of ${NAMES.join(', ')} is in the PATH. Install one ("apt-get install chromium"), or name it in the variable CHROMIUM.`,
  )
}

/**
 * Opens the system's Chromium with a fresh profile, which `close` throws away.
 * @throws Error that says how to get a Chromium, where there is none.
 */
export const openChromium = async (): Promise<{ context: BrowserContext; close(): Promise<void> }> => {
  const profile = mkdtempSync(join(tmpdir(), 'chromium-'))
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: findChromium(),
    headless: true,
    // Chromium has no sandbox for root.
    chromiumSandbox: process.getuid?.() !== 0,
    args: FLAGS,
  })
  return {
    context,
    close: async () => {
      await context.close()
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
