import { app } from '@azure/functions'
import { sweeps } from '../../shared/compose/sweeps.ts'

/** Minute 7, so that the hour whose buckets are due is surely over on every clock. */
const EVERY_HOUR = '0 7 * * * *'

app.timer('operations_sweep_timer', {
  schedule: EVERY_HOUR,
  handler: () => sweeps().enqueue(),
})
