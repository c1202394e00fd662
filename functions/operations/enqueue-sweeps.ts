import { sweeps } from '../../shared/compose/sweeps.ts'
import { operations } from '../parts.ts'

/** Minute 7, so that the hour whose buckets are due is surely over on every clock. */
const EVERY_HOUR = '0 7 * * * *'

operations.timer('operations_sweep_timer', {
  schedule: EVERY_HOUR,
  handler: () => sweeps().enqueue(),
})
