// A plain EventSource: it resumes by itself where a slice of the stream ends, with the id of the last event it saw.
const byId = (id) => document.getElementById(id)
let source

const addRow = (id, type, payload) => {
  const row = byId('events').insertRow()
  for (const text of [id, type, JSON.stringify(payload)]) row.insertCell().textContent = text
}

const watch = (task) => {
  source?.close()
  byId('text').textContent = ''
  byId('events').textContent = ''
  const base = new URLSearchParams(location.search).get('gateway') ?? ''
  source = new EventSource(`${base}/stream/${encodeURIComponent(task)}`)
  source.onopen = () => (byId('status').textContent = `Watching ${task}.`)
  source.onerror = () => (byId('status').textContent = 'Reconnecting.')
  source.onmessage = ({ data, lastEventId }) => {
    const event = JSON.parse(data)
    addRow(lastEventId, event.event_type, event.payload)
    if (event.event_type === 'chunk_stream') byId('text').textContent += event.payload.text ?? ''
    if (event.event_type !== 'final_payload' && event.event_type !== 'error') return
    source.close()
    byId('status').textContent = event.event_type === 'error' ? 'The task failed.' : 'The task is complete.'
  }
  source.addEventListener('failure', ({ data }) => {
    source.close()
    byId('status').textContent = JSON.parse(data).message
  })
}

byId('form').addEventListener('submit', (submitted) => {
  submitted.preventDefault()
  const task = byId('task').value
  history.replaceState(
    null,
    '',
    `?${new URLSearchParams({ ...Object.fromEntries(new URLSearchParams(location.search)), task })}`,
  )
  watch(task)
})

const asked = new URLSearchParams(location.search).get('task')
if (asked !== null) {
  byId('task').value = asked
  watch(asked)
}
