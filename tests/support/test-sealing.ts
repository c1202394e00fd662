import { createSeal } from '../../shared/kernel/seal.ts'

/** The seal of a deployment whose secret is for tests alone. */
export const testSealing = createSeal({ keys: () => ['a secret of this deployment, for tests alone'] })
