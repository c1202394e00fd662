// Runs before every `azd provision`, with any Node and nothing installed.
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { env, exit, platform, stderr, stdout } from 'node:process'

const SECRET_KEY = 'AGENT_GATEWAY_SECRET_KEY'
/** shared/kernel/config/secret-key.ts takes no shorter one. */
const MIN_CHARACTERS = 32
const KEY_BYTES = 32

/** What is wrong, why, and how to solve it. */
class HookError extends Error {}

/** Runs a program and gives what it wrote. The shell finds `az`, which is a batch file on Windows. */
const run = (program, args) => {
  const {
    error,
    status,
    stdout: written,
    stderr: said,
  } = spawnSync(program, args, {
    encoding: 'utf8',
    shell: platform === 'win32',
  })
  if (status === 0) return written
  throw new HookError(`\`${program} ${args.slice(0, 2).join(' ')}\` failed: ${error?.message ?? said.trim()}`)
}

/** azd works on its default environment, which need not be the one that is provisioned. */
const azdEnv = (...args) =>
  run('azd', ['env', ...args, ...(env.AZURE_ENV_NAME ? ['--environment', env.AZURE_ENV_NAME] : [])])

/** The values of the environment, one `NAME="value"` a line; the names are enough here. */
const readNames = () =>
  new Set(
    azdEnv('get-values')
      .split('\n')
      .flatMap((line) => /^(\w+)=/.exec(line)?.[1] ?? []),
  )

const checkLength = (key) => {
  // A reference to a secret of a vault is read by azd.
  if (key.length >= MIN_CHARACTERS || key.startsWith('akvs://')) return
  throw new HookError(
    `${SECRET_KEY} has fewer than ${MIN_CHARACTERS} characters and could be guessed. Set at least ${MIN_CHARACTERS} random ones: azd env set ${SECRET_KEY} …`,
  )
}

/** A second key would make everything unreadable that was sealed under the first, so only a first one is ever made. */
const makeSecretKey = () => {
  if (env[SECRET_KEY]) return checkLength(env[SECRET_KEY])
  const names = readNames()
  if (names.has(SECRET_KEY)) return checkLength(azdEnv('get-value', SECRET_KEY).trim())
  if (names.has('KEY_VAULT_NAME')) {
    throw new HookError(
      `This environment was provisioned before, but ${SECRET_KEY} is not in it, and another key would make what is sealed unreadable. Take it from the secret agent-gateway-secret-key of its vault: azd env set ${SECRET_KEY} …`,
    )
  }
  if (env.CI) {
    throw new HookError(
      `${SECRET_KEY} is not set, and a pipeline would make another one each time. Give it to the pipeline as a secret.`,
    )
  }
  azdEnv('set', SECRET_KEY, randomBytes(KEY_BYTES).toString('hex'))
  stdout.write(`Made ${SECRET_KEY}. It is in the azd environment, and after provisioning in its key vault.\n`)
}

/** Azure registers the providers of resources by itself, but this one is only named, by the subnet of the app. */
const registerProviders = () => {
  if (env.GATEWAY_PRIVATE_NETWORK !== 'true') return
  try {
    run('az', ['provider', 'register', '--namespace', 'Microsoft.App', '--wait'])
  } catch (error) {
    stderr.write(
      `${error.message}\nA private network needs the resource provider Microsoft.App. If it is not registered in this subscription, provisioning fails; then: az provider register --namespace Microsoft.App --wait\n`,
    )
  }
}

try {
  makeSecretKey()
  registerProviders()
} catch (error) {
  if (!(error instanceof HookError)) throw error
  stderr.write(`${error.message}\n`)
  exit(1)
}
