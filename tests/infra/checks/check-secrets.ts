import type { Deployment } from '../bicep/deploy.ts'
import { secrets, type Infra } from '../create-infra.ts'
import { deployments } from './deployments.ts'
import { madeOf, propertiesOf } from './resources.ts'

const VAULT = 'Microsoft.KeyVault/vaults'

/** What gives a key of a service, or is one. */
const KEYS = /listKeys|listAccountSas|listSecrets|AccountKey=|SharedAccessKey=|AccessKey=/i

const REFERENCE = /^@Microsoft\.KeyVault\(VaultName=(?<vault>.+);SecretName=(?<secret>.+)\)$/

const isSecret = (value: unknown): boolean =>
  Object.values(secrets).some((secret) => JSON.stringify(value)?.includes(secret))

/** Settings that the app takes for secrets, which must be references to secrets that are in the vault. @param owner whose vault it is */
const checkReferences = (deployment: Deployment, owner: Deployment): string[] => {
  const [config] = madeOf(deployment, 'Microsoft.Web/sites/config')
  const kept = new Set(madeOf(owner, `${VAULT}/secrets`).map(({ names }) => names.join('/')))
  return Object.entries(config === undefined ? {} : propertiesOf(config))
    .filter(([name]) => /SECRET_KEY/.test(name))
    .flatMap(([name, value]) => {
      const { vault = '', secret = '' } = REFERENCE.exec(String(value))?.groups ?? {}
      return kept.has(`${vault}/${secret}`)
        ? []
        : [`${name} refers to no secret of the vault: ${String(value)}`]
    })
}

const checkDeployment = (infra: Infra, deployment: Deployment): string[] => {
  const { resources, modules, outputs } = deployment
  const shown = resources.filter(({ type, body }) => type !== `${VAULT}/secrets` && isSecret(body))
  const withKeys = resources.filter(({ body }) => KEYS.test(JSON.stringify(body)))
  const isSecure = (file: string, name: string): boolean =>
    infra.files
      .get(file)
      ?.parameters.some((parameter) => parameter.name === name && 'secure' in parameter.decorators) ?? false
  return [
    ...shown.map(({ type }) => `a secret is in clear in ${type}`),
    ...withKeys.map(({ type }) => `a key of a service is in ${type}`),
    ...Object.keys(outputs)
      .filter((name) => isSecret(outputs[name]) || KEYS.test(String(outputs[name])))
      .map((name) => `the output ${name} tells a secret`),
    ...modules.flatMap(({ file, parameters }) =>
      Object.keys(parameters)
        .filter((name) => isSecret(parameters[name]) && !isSecure(file, name))
        .map((name) => `${file}: ${name} gets a secret without @secure()`),
    ),
  ]
}

/** Where the secrets go: into the vault, and nowhere else. */
export const checkSecrets = (infra: Infra): string[] => {
  const main = infra.files.get('main.bicep')?.parameters ?? []
  const open = main.filter(({ name, decorators }) => name in secrets && !('secure' in decorators))
  return [
    ...open.map(({ name }) => `main.bicep: ${name} is a secret without @secure()`),
    ...deployments.flatMap(({ parameters, owner = parameters }) => {
      const deployment = infra.deployWith(parameters)
      return [...checkDeployment(infra, deployment), ...checkReferences(deployment, infra.deployWith(owner))]
    }),
  ]
}
