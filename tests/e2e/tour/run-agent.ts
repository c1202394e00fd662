import { findPortBase } from '../support/find-port-base.ts'
import { runUntil } from '../support/run-until.ts'

/** Runs the command that starts an agent, until it listens; answers its port. It ends with the test. */
export const runAgent = async (command: string): Promise<number> => {
  const port = await findPortBase()
  const isReady = (line: string): boolean => line.includes(`:${port}`) && line.includes('listens')
  await runUntil(`${command.trim()} -- --port ${port}`, isReady)
  return port
}
