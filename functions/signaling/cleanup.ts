import { app } from '@azure/functions'
import { config } from '../../shared/compose.ts'
import { cleanup } from '../../shared/compose/presence.ts'
import { timerSchedule } from '../../shared/signaling/presence/timer-schedule.ts'

app.timer('signaling_cleanup', {
  schedule: timerSchedule(config.signaling.cleanup_interval),
  handler: () => cleanup()(),
})
