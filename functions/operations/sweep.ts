import { app } from '@azure/functions'
import { expire, homeNamespace, patiently, publisher } from '../../shared/compose.ts'
import { Sweep } from '../../shared/contract/sweep.ts'
import { SWEEPS_QUEUE } from '../../shared/streams/enqueue-sweeps.ts'
import { runSweep } from '../../shared/streams/run-sweep.ts'

app.serviceBusQueue('operations_sweep', {
  connection: homeNamespace,
  queueName: SWEEPS_QUEUE,
  handler: (message) => {
    const sweep = Sweep.parse(message)
    return patiently(() => runSweep({ expire: expire(), send: publisher().send }, sweep))
  },
})
