import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import * as z from 'zod'

const root = resolve(import.meta.dirname, '../..')
const folder = join(root, '.github/workflows')

const Permissions = z.record(z.string(), z.enum(['read', 'write', 'none']))

const Step = z.looseObject({
  uses: z.string().optional(),
  run: z.string().optional(),
  env: z.record(z.string(), z.string()).default({}),
  with: z.record(z.string(), z.unknown()).default({}),
})

const Job = z.looseObject({
  if: z.string().default(''),
  needs: z.union([z.string().transform((name) => [name]), z.array(z.string())]).default([]),
  'timeout-minutes': z.number().optional(),
  environment: z.string().optional(),
  permissions: Permissions.default({}),
  steps: z.array(Step).min(1),
})

const Workflow = z.looseObject({
  on: z.record(z.string(), z.unknown()),
  permissions: Permissions,
  concurrency: z.looseObject({ group: z.string() }),
  jobs: z.record(z.string(), Job),
})

const Package = z.looseObject({ scripts: z.record(z.string(), z.string()) })

const read = (path: string): Promise<string> => readFile(join(root, path), 'utf8')
const names = (await readdir(folder)).filter((name) => name.endsWith('.yml'))
const { scripts } = Package.parse(JSON.parse(await read('package.json')))

/** What npm is asked to run, by the name of its script. */
const scriptsOf = (run: string): string[] =>
  [...run.matchAll(/\bnpm (?:run (?:--silent )?([\w:-]+)|(test|start)\b)/g)].map(
    ([, named, short]) => named ?? short ?? '',
  )

/** Words that begin with a folder or file of the repository that is checked in. */
const pathsOf = (text: string): string[] =>
  [...text.matchAll(/(?<![\w./~-])(?:infra|docs|functions|shared|tests|build|local)\/[\w./-]*\w/g)].map(
    ([path]) => path,
  )

test('there is a workflow', () => {
  expect(names).not.toEqual([])
})

describe.each(names)('%s', async (name) => {
  const text = await read(join('.github/workflows', name))
  const workflow = Workflow.parse(parse(text))
  const jobs = Object.entries(workflow.jobs)
  const steps = jobs.flatMap(([, job]) => job.steps)

  test('runs npm scripts that exist', () => {
    const asked = steps.flatMap(({ run = '' }) => scriptsOf(run))
    expect(asked).toContain('check')
    expect(asked.filter((script) => scripts[script] === undefined)).toEqual([])
  })

  test('names paths that exist', () => {
    const paths = pathsOf(text)
    expect(paths).not.toEqual([])
    expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([])
  })

  test('pins every action by its commit', () => {
    const uses = steps.flatMap(({ uses }) => (uses === undefined ? [] : [uses]))
    expect(uses.filter((action) => !/@[0-9a-f]{40}$/.test(action))).toEqual([])
  })

  test('may read the repository, and asks for an identity only where Azure is spoken to', () => {
    expect(workflow.permissions).toEqual({ contents: 'read' })
    const withIdentity = jobs.filter(([, { permissions }]) => permissions['id-token'] === 'write')
    const withAzure = jobs.filter(([, job]) =>
      job.steps.some(({ run = '' }) => /\bazd (auth|prov|depl)/.test(run)),
    )
    expect(withIdentity.map(([job]) => job)).toEqual(withAzure.map(([job]) => job))
    for (const [, job] of withIdentity) {
      expect(job.permissions).toEqual({ contents: 'read', 'id-token': 'write' })
      expect(job.environment).toBeDefined()
    }
  })

  test('gives secrets to the provisioning of main alone', () => {
    const asked = steps.flatMap((step) =>
      Object.values(step.env).flatMap((value) => (value.includes('secrets.') ? [step.run] : [])),
    )
    expect(new Set(asked)).toEqual(new Set(['azd provision --no-prompt']))
    expect(text.split('secrets.')).toHaveLength(asked.length + 1)
  })

  test('lets no text of a pull request into a shell, and leaves no token behind', () => {
    expect(Object.keys(workflow.on)).not.toContain('pull_request_target')
    expect(steps.filter(({ run = '' }) => run.includes('${{'))).toEqual([])
    const checkouts = steps.filter(({ uses = '' }) => uses.startsWith('actions/checkout@'))
    expect(checkouts.filter(({ with: given }) => given['persist-credentials'] !== false)).toEqual([])
  })

  test('deploys main alone, after all that can be checked', () => {
    const deploying = jobs.filter(([, job]) => job.steps.some(({ run = '' }) => /\bazd deploy\b/.test(run)))
    for (const [, job] of deploying) {
      expect(job.if).toContain("github.ref == 'refs/heads/main'")
      expect(job.needs).toEqual(expect.arrayContaining(['check', 'test', 'infrastructure']))
    }
    const previewing = jobs.filter(([, job]) => job.steps.some(({ run = '' }) => run.includes('--preview')))
    for (const [, job] of previewing) {
      expect(job.if).toContain('github.event.pull_request.head.repo.full_name == github.repository')
    }
    expect([deploying.length, previewing.length]).toEqual([1, 1])
  })

  test('ends by itself', () => {
    expect(jobs.filter(([, job]) => job['timeout-minutes'] === undefined).map(([job]) => job)).toEqual([])
    expect(jobs.flatMap(([, { needs }]) => needs).filter((job) => workflow.jobs[job] === undefined)).toEqual(
      [],
    )
  })
})
