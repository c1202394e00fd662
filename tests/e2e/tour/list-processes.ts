import { execFileSync } from 'node:child_process'

/** A process and its parent, by their ids. */
type Process = { id: number; parent: number }

/** Without those that have ended and only wait for somebody to ask how (state Z). */
const listAll = (): Process[] =>
  execFileSync('ps', ['-A', '-o', 'pid=,ppid=,stat='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , state = '']) => !state.startsWith('Z'))
    .map(([id, parent]) => ({ id: Number(id), parent: Number(parent) }))

/** The ids of everything that a process started, and of what that started. */
export const listDescendants = (ancestor: number): number[] => {
  const all = listAll()
  const find = (id: number): number[] =>
    all.filter(({ parent }) => parent === id).flatMap((child) => [child.id, ...find(child.id)])
  return find(ancestor)
}

export const isRunning = (id: number): boolean => listAll().some((process) => process.id === id)
