/** A change of infra/ that has to be found: of which file, what for what, and what is then said. */
export type Mutation = readonly [change: string, file: string, from: string, to: string, found: string]
