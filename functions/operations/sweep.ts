import { app } from '@azure/functions'
import { homeNamespace, sweeps } from '../../shared/compose.ts'
import { Sweep, SWEEPS_QUEUE } from '../../shared/contract/sweep.ts'

app.serviceBusQueue('operations_sweep', {
  connection: homeNamespace,
  queueName: SWEEPS_QUEUE,
  handler: (message) => sweeps().run(Sweep.parse(message)),
})
