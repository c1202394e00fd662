import { app } from '@azure/functions'
import { deadLetters, guard } from '../../shared/compose.ts'
import { MAX_EVENT_BYTES } from '../../shared/contract/limits.ts'

const one = 'v1/admin/dead-letters/{key}'
const body = 'v1/admin/dead-letters/{key}/body'
const redrive = 'v1/admin/dead-letters/{key}:redrive'
const scope = 'admin'
const authLevel = 'anonymous'

app.http('operations_dead_letter_show', {
  methods: ['GET'],
  route: one,
  authLevel,
  handler: guard({ route: one, scope }, async ({ params }) => {
    return { status: 200, json: await deadLetters().show(params.key) }
  }),
})

app.http('operations_dead_letter_purge', {
  methods: ['DELETE'],
  route: one,
  authLevel,
  handler: guard({ route: one, scope }, async ({ params }) => {
    await deadLetters().purge(params.key)
    return { status: 204 }
  }),
})

app.http('operations_dead_letter_edit', {
  methods: ['PUT'],
  route: body,
  authLevel,
  handler: guard({ route: body, scope, maxBodyBytes: MAX_EVENT_BYTES }, async (request) => {
    return { status: 200, json: await deadLetters().edit(request.params.key, await request.bytes()) }
  }),
})

app.http('operations_dead_letter_redrive', {
  methods: ['POST'],
  route: redrive,
  authLevel,
  handler: guard({ route: redrive, scope }, async ({ params }) => {
    return { status: 200, json: await deadLetters().redrive(params.key) }
  }),
})
