import { config } from '../../shared/compose.ts'
import { cleanup } from '../../shared/compose/presence.ts'
import { timerSchedule } from '../../shared/signaling/presence/timer-schedule.ts'
import { signaling } from '../parts.ts'

signaling.timer('signaling_cleanup', {
  schedule: timerSchedule(config.signaling.cleanup_interval),
  handler: () => cleanup()(),
})
