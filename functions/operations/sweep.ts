import { homeNamespace, queues } from '../../shared/compose.ts'
import { sweeps } from '../../shared/compose/sweeps.ts'
import { Sweep } from '../../shared/contract/sweep.ts'
import { operations } from '../parts.ts'

operations.serviceBusQueue('operations_sweep', {
  connection: homeNamespace,
  queueName: queues.sweeps,
  handler: (message) => sweeps().run(Sweep.parse(message)),
})
