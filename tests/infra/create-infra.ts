import { parse as parseYaml } from 'yaml'
import { deploy, type Deployment } from './bicep/deploy.ts'
import type { ParseBicep } from './bicep/open-parser.ts'
import { readDeclarations, type Declarations } from './bicep/read-declarations.ts'
import type { Fields, Value } from './bicep/value.ts'

/** The texts of infra/ by their paths from there; what it loads from elsewhere as `../workspace/…`. */
export type InfraTexts = ReadonlyMap<string, string>

export type Infra = {
  texts: InfraTexts
  files: ReadonlyMap<string, Declarations>
  /** What main.bicep deploys with these parameters; the rest are defaults. */
  deployWith(parameters?: Fields): Deployment
}

/** Texts that are found where secrets go. */
export const secrets = {
  secretKey: 'the secret key of the tests, long enough',
  previousSecretKeys: 'an earlier key of the tests, long enough',
}

/** What has no default. */
const required: Fields = {
  environmentName: 'test',
  location: 'westeurope',
  secretKey: secrets.secretKey,
}

/** The infrastructure as these texts say it. @throws where one is no Bicep. */
export const createInfra = (parse: ParseBicep, texts: InfraTexts): Infra => {
  const bicep = [...texts].filter(([path]) => path.endsWith('.bicep'))
  const files = new Map(bicep.map(([path, text]) => [path, readDeclarations(parse(text))]))
  const load = (path: string): Value => {
    const text = texts.get(path)
    if (text === undefined) throw new Error(`there is no file ${path}.`)
    // Every JSON text is a YAML text.
    return parseYaml(text) as Value
  }
  const known = new Map<string, Deployment>()
  return {
    texts,
    files,
    deployWith: (parameters = {}) => {
      const key = JSON.stringify(parameters)
      const deployment =
        known.get(key) ?? deploy({ files, load }, 'main.bicep', { ...required, ...parameters })
      known.set(key, deployment)
      return deployment
    },
  }
}
