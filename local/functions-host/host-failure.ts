/** Something that would go wrong on Azure, or hang there: in strict mode it fails the run. */
export type HostFailure = { functionName: string; invocationId?: string; reason: string }
