import { app } from '@azure/functions'
import './events/final.ts'
import './events/ingest.ts'
import './events/negotiate.ts'
import './events/stream.ts'
import './operations/dead-letter.ts'
import './operations/dead-letters.ts'
import './operations/health.ts'
import './operations/move-dead-letters.ts'
import './operations/preflight.ts'
import './operations/sweep.ts'

// Streams need answers that go out as they are made; the guard closes the traps of this mode.
app.setup({ enableHttpStream: true })
