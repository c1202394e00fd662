import { app } from '@azure/functions'
import { expire, homeNamespace, publisher } from '../../shared/compose.ts'
import { Sweep } from '../../shared/contract/sweep.ts'
import { enqueueSweeps, SWEEPS_QUEUE } from '../../shared/streams/enqueue-sweeps.ts'
import { runSweep } from '../../shared/streams/run-sweep.ts'

/** Minute 7, so that the hour whose buckets are due is surely over on every clock. */
const EVERY_HOUR = '0 7 * * * *'

app.timer('operations_sweep_timer', {
  schedule: EVERY_HOUR,
  handler: () => enqueueSweeps({ expire: expire(), send: publisher().send }),
})

app.serviceBusQueue('operations_sweep', {
  connection: homeNamespace,
  queueName: SWEEPS_QUEUE,
  handler: (message) => runSweep({ expire: expire(), send: publisher().send }, Sweep.parse(message)),
})
