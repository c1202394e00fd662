import { readFileSync } from 'node:fs'
import { buffer } from 'node:stream/consumers'
import { Command, Option } from 'commander'
import { createGatewayClient } from './gateway-client.ts'

const PATH = '/v1/admin/dead-letters'

type Filter = { entity?: string; reason?: string; status?: string; task?: string; agent?: string }

const toFilter = ({ entity, reason, status, task, agent }: Filter): Record<string, string> =>
  Object.fromEntries(
    Object.entries({ entity, reason, status, task_id: task, agent_id: agent }).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    ),
  )

const print = (value: unknown): void => {
  process.stdout.write(`${JSON.stringify(value, undefined, 2)}\n`)
}

/** Standard input by its stream: npm leaves a pipe non-blocking, and a synchronous read of it may fail. */
const readInput = async (file: string): Promise<Uint8Array> =>
  file === '-' ? buffer(process.stdin) : readFileSync(file)

const program = new Command('dead-letters')
  .description('Messages that the gateway could not use: look at them, mend them, send them again.')
  .option('--gateway <url>', 'the gateway; by default the one that "npm start" runs', process.env.GATEWAY_URL)
  .addOption(new Option('--key <key>', 'an API key with scope admin').env('GATEWAY_API_KEY'))

const call: ReturnType<typeof createGatewayClient>['call'] = (...request) =>
  createGatewayClient(program.opts()).call(...request)

const filtered = (command: Command): Command =>
  command
    .option('--entity <path>', 'queue or subscription, such as agent-events/Subscriptions/gateway')
    .option('--reason <reason>', 'such as invalid_event')
    .option('--status <status>', 'held, redriving or redriven')
    .option('--task <id>', 'task id')
    .option('--agent <id>', 'agent id')

filtered(program.command('list'))
  .description('list them, newest first')
  .option('--limit <count>', 'how many', '50')
  .option('--after <next>', 'the "next" of the page before')
  .action(async ({ limit, after, ...filter }: Filter & { limit: string; after?: string }) => {
    const query = new URLSearchParams({
      ...toFilter(filter),
      limit,
      ...(after === undefined ? {} : { after }),
    })
    print(await call('GET', `${PATH}?${query}`))
  })

program
  .command('show <key>')
  .description('show one with its body')
  .action(async (key: string) => print(await call('GET', `${PATH}/${encodeURIComponent(key)}`)))

program
  .command('edit <key> <file>')
  .description('replace the body that will be sent again ("-" reads standard input)')
  .action(async (key: string, file: string) => {
    print(await call('PUT', `${PATH}/${encodeURIComponent(key)}/body`, { bytes: await readInput(file) }))
  })

const forOneOrAll = (verb: 'redrive' | 'purge', description: string): void => {
  filtered(program.command(`${verb} [key]`))
    .description(`${description}; without a key all that match the options`)
    .action(async (key: string | undefined, filter: Filter) => {
      if (key === undefined) print(await callForAll(verb, toFilter(filter)))
      else if (verb === 'redrive') print(await call('POST', `${PATH}/${encodeURIComponent(key)}:redrive`))
      else await call('DELETE', `${PATH}/${encodeURIComponent(key)}`)
    })
}

type Bulk = { done: number; failed: unknown[]; next?: string }

/** A call takes a page of messages: repeated until none is left. */
const callForAll = async (verb: string, filter: Record<string, string>): Promise<Omit<Bulk, 'next'>> => {
  const total: Omit<Bulk, 'next'> = { done: 0, failed: [] }
  for (let after: string | undefined; ;) {
    const json = { ...filter, ...(after === undefined ? {} : { after }) }
    const { done, failed, next } = (await call('POST', `${PATH}:${verb}`, { json })) as Bulk
    total.done += done
    total.failed.push(...failed)
    if (next === undefined) return total
    after = next
  }
}

forOneOrAll('redrive', 'send it again to where it came from')
forOneOrAll('purge', 'delete it')

try {
  await program.parseAsync()
} catch (error) {
  process.stderr.write(`dead-letters: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
