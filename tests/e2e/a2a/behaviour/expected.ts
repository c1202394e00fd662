import type { Flavour } from '../clients/flavours.ts'

const PNG = 'file a.png image/png bm90IHJlYWxseSBhIHBpY3R1cmU='

const task = (state: string, history: string[], { text = '', artifacts = [] as string[][] } = {}) => ({
  task: state,
  text,
  artifacts,
  history,
})
const status = (state: string, text = '') => ({ status: state, text })
const artifact = (text: string, append: boolean, last: boolean) => ({ artifact: [text], append, last })

const chunks = [artifact('one ', false, false), artifact('two ', true, false), artifact('three', true, true)]
const all = [['one ', 'two ', 'three']]
const hello = task('completed', ['hello', 'at work', 'done'], { text: 'done', artifacts: all })
const asked = task('input-required', ['ask', 'at work', 'which one?'], { text: 'which one?' })
const answer = ['answered: this one']
const answered = task('completed', [...asked.history, 'this one'], { artifacts: [answer] })
const left = task('working', ['slow', 'at work'], { text: 'at work', artifacts: [['one ']] })
const rest = [...chunks.slice(1), status('completed')]
const url = 'http://127.0.0.1:9/one'

/** What each scenario comes to, whatever the version of the agent; several where the official servers differ. */
const expected: Readonly<Record<string, readonly unknown[]>> = {
  'send: a task': [hello],
  'send: a message': [{ message: ['only a message'] }],
  'send: a failing task': [task('failed', ['fail', 'at work', 'it broke'], { text: 'it broke' })],
  'send: a rejected task': [task('rejected', ['reject', 'not mine'], { text: 'not mine' })],
  'send: a file': [task('completed', [`echo-file${PNG}`, 'at work'], { artifacts: [[PNG]] })],
  'send: one call': [1],
  'send: a task that needs input, and its answer': [[asked, answered, true]],
  'send: return immediately': [
    { runs: true, last: task('completed', ['slow', 'at work'], { artifacts: all }) },
  ],
  'stream: a task': [
    [task('submitted', ['hello']), status('working', 'at work'), ...chunks, status('completed', 'done')],
  ],
  'stream: a message': [[{ message: ['only a message'] }]],
  'stream: a failing task': [
    [task('submitted', ['fail']), status('working', 'at work'), status('failed', 'it broke')],
  ],
  'stream: a file': [
    [
      task('submitted', [`echo-file${PNG}`]),
      status('working', 'at work'),
      artifact(PNG, false, true),
      status('completed'),
    ],
  ],
  'stream: a task that needs input, and its answer': [
    [
      [task('submitted', ['ask']), status('working', 'at work'), status('input-required', 'which one?')],
      [
        task('working', answered.history),
        { artifact: answer, append: false, last: true },
        status('completed'),
      ],
    ],
  ],
  'get: with history, without, with one': [[hello, { ...hello, history: ['done'] }]],
  // Agents of 0.2 and 0.3 cannot list.
  'list: the tasks of a context': [
    'none',
    { error: -32004 },
    { error: -32601 },
    [task('completed', ['echo once more', 'at work'], { artifacts: [['echo once more']] }), hello],
  ],
  'push: set, get, list, delete': [
    { set: url, got: url, listed: [url], left: [] },
    { set: url, got: url },
  ],
  'extended card': ['Only for those who are known.', 'Does what the text says.', 'none'],
  'cancel: a running task': [
    {
      same: true,
      rest: [status('working', 'at work'), status('canceled')],
      after: task('canceled', ['long', 'at work']),
    },
  ],
  'resubscribe: after the client left': [{ first: left, rest }],
  'resubscribe: several at once': [{ firsts: [left, left], rests: [rest, rest] }],
  'get: an unknown task': [{ error: -32001 }],
  'cancel: an unknown task': [{ error: -32001 }],
  'resubscribe: an unknown task': [{ error: -32001 }],
  'cancel: a task that has ended': [{ error: -32002 }],
  'resubscribe: a task that has ended': [{ error: -32004 }, [hello]],
  'send: to a task that has ended': [
    { error: -32004 },
    { error: -32600 },
    { error: -32602 },
    { error: 'HTTP 400' },
  ],
  'send: to an unknown task': [{ error: -32001 }],
  'stream: to an unknown task': [{ error: -32001 }],
  'push: of an unknown task': [{ error: -32001 }],
}

/** The REST client of 0.3 loses the names of files, and that an artifact goes on. */
const asHeardByRest03 = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value).replaceAll('file a.png ', 'file  ').replaceAll('"append":true', '"append":false'),
  )

export const expectedOf = (flavour: Flavour, scenario: string): readonly unknown[] => {
  const outcomes = expected[scenario]
  if (outcomes === undefined) throw new Error(`Nobody knows what "${scenario}" comes to.`)
  return flavour === '0.3 REST' ? outcomes.map(asHeardByRest03) : outcomes
}
