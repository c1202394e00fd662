import { readFileSync } from 'node:fs'

/** Resident memory of a process. Linux: reads /proc. */
export const rssMib = (pid: number | undefined): number => {
  const [, kilobytes = '0'] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kilobytes) / 1024
}
