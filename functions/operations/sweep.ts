import { app } from '@azure/functions'
import { homeNamespace, queues } from '../../shared/compose.ts'
import { sweeps } from '../../shared/compose/sweeps.ts'
import { Sweep } from '../../shared/contract/sweep.ts'

app.serviceBusQueue('operations_sweep', {
  connection: homeNamespace,
  queueName: queues.sweeps,
  handler: (message) => sweeps().run(Sweep.parse(message)),
})
