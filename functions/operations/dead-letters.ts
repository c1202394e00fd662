import { app } from '@azure/functions'
import { deadLetters, guard } from '../../shared/compose.ts'
import { DeadLetterQuery, DeadLetterSelection } from '../../shared/contract/dead-letter-query.ts'

const list = 'v1/admin/dead-letters'
const redriveAll = 'v1/admin/dead-letters:redrive'
const purgeAll = 'v1/admin/dead-letters:purge'
const scope = 'admin'
const authLevel = 'anonymous'

app.http('operations_dead_letters_list', {
  methods: ['GET'],
  route: list,
  authLevel,
  handler: guard({ route: list, scope }, async (request) => {
    const { filter, page } = request.parseQuery(DeadLetterQuery)
    return { status: 200, json: await deadLetters().list(filter, page) }
  }),
})

app.http('operations_dead_letters_redrive_all', {
  methods: ['POST'],
  route: redriveAll,
  authLevel,
  handler: guard({ route: redriveAll, scope }, async (request) => {
    return { status: 200, json: await deadLetters().redriveAll(await request.json(DeadLetterSelection)) }
  }),
})

app.http('operations_dead_letters_purge_all', {
  methods: ['POST'],
  route: purgeAll,
  authLevel,
  handler: guard({ route: purgeAll, scope }, async (request) => {
    return { status: 200, json: await deadLetters().purgeAll(await request.json(DeadLetterSelection)) }
  }),
})
