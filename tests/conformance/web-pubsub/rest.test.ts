import { odata } from '@azure/web-pubsub'
import { describe, expect, test } from 'vitest'
import { collect } from './support/collect.ts'
import { restRequest } from './support/rest-request.ts'
import { newHub, useWebPubSub, type Client } from './support/fixture.ts'

const fixture = useWebPubSub()

const textOptions = { contentType: 'text/plain' } as const

const dataOf = async ({ serverMessages }: Client): Promise<unknown> => (await serverMessages.next()).data

describe('sending over REST', () => {
  test('a message to all reaches every connection, except the excluded ones', async () => {
    const hub = newHub()
    const [first, second] = await Promise.all([fixture.open(hub), fixture.open(hub)])
    const admin = fixture.admin(hub)
    await admin.sendToAll({ n: 1 }, { excludedConnections: [first.connectionId] })
    await admin.sendToAll({ n: 2 })
    expect(await dataOf(first)).toEqual({ n: 2 })
    expect([await dataOf(second), await dataOf(second)]).toEqual([{ n: 1 }, { n: 2 }])
  })

  test('a message to a group reaches its members only and comes from nobody', async () => {
    const hub = newHub()
    const [member, outsider] = await Promise.all([fixture.open(hub, { groups: ['g'] }), fixture.open(hub)])
    await fixture.admin(hub).group('g').sendToAll('hello', textOptions)
    await fixture.admin(hub).sendToAll('end', textOptions)
    const message = await member.groupMessages.next()
    expect(message).toMatchObject({ group: 'g', dataType: 'text', data: 'hello', fromUserId: null })
    expect(await dataOf(outsider)).toBe('end')
    expect(outsider.groupMessages.drain()).toEqual([])
  })

  test('a message to a user reaches all its connections', async () => {
    const hub = newHub()
    const userId = 'did:web:agent.example#1'
    const clients = await Promise.all([fixture.open(hub, { userId }), fixture.open(hub, { userId })])
    await fixture.admin(hub).sendToUser(userId, { to: 'user' })
    expect(await Promise.all(clients.map(dataOf))).toEqual([{ to: 'user' }, { to: 'user' }])
  })

  test('a message to a connection reaches it; one to an unknown connection or user is accepted and lost', async () => {
    const hub = newHub()
    const client = await fixture.open(hub)
    const admin = fixture.admin(hub)
    await admin.sendToConnection('nobody', 'lost', textOptions)
    await admin.sendToUser('nobody', 'lost', textOptions)
    await admin.sendToConnection(client.connectionId, 'found', textOptions)
    expect(await dataOf(client)).toBe('found')
  })

  test('text, JSON and binary arrive as what they were sent', async () => {
    const hub = newHub()
    const client = await fixture.open(hub)
    const admin = fixture.admin(hub)
    await admin.sendToAll('grüße 🙂', textOptions)
    await admin.sendToAll('a JSON string')
    await admin.sendToAll({ deep: [1, { x: null }] })
    await admin.sendToAll(new Uint8Array([0, 255, 128]).buffer)
    const messages = [1, 2, 3, 4].map(() => client.serverMessages.next())
    const [text, json, object, binary] = await Promise.all(messages)
    expect(text).toMatchObject({ dataType: 'text', data: 'grüße 🙂' })
    expect(json).toMatchObject({ dataType: 'json', data: 'a JSON string' })
    expect(object).toMatchObject({ dataType: 'json', data: { deep: [1, { x: null }] } })
    expect(binary?.dataType).toBe('binary')
    expect([...new Uint8Array(binary?.data as ArrayBuffer)]).toEqual([0, 255, 128])
  })

  test('a filter chooses the receivers', async () => {
    const hub = newHub()
    const open = (userId: string, groups: string[]): Promise<Client> => fixture.open(hub, { userId, groups })
    const [ann, bob] = await Promise.all([open("ann's", ['red']), open('bob', ['red', 'blue'])])
    const admin = fixture.admin(hub)
    await admin.sendToAll(1, { filter: odata`userId eq ${"ann's"}` })
    await admin.sendToAll(2, { filter: "'blue' in groups and not startswith(userId, 'a')" })
    await admin.group('red').sendToAll(3, { filter: 'length(userId) gt 3' })
    await admin.sendToUser('bob', 4, { filter: "'nowhere' in groups" })
    await admin.sendToAll(5)
    expect([await dataOf(ann), await dataOf(ann)]).toEqual([1, 5])
    expect([await dataOf(bob), await dataOf(bob)]).toEqual([2, 5])
    expect((await ann.groupMessages.next()).data).toBe(3)
    expect(bob.groupMessages.drain()).toEqual([])
  })

  test('a wrong filter is refused with the place of the fault', async () => {
    const sending = fixture.admin(newHub()).sendToAll('x', { filter: 'userId eq' })
    await expect(sending).rejects.toMatchObject({ statusCode: 400, code: 'Error.BadRequest' })
    await expect(sending).rejects.toThrow(/character 10/)
  })

  test('more than one megabyte is refused, one megabyte is not', async () => {
    const hub = newHub()
    const client = await fixture.open(hub)
    const admin = fixture.admin(hub)
    await expect(admin.sendToAll('x'.repeat(1_048_577), textOptions)).rejects.toMatchObject({
      statusCode: 413,
    })
    await admin.sendToAll('x'.repeat(1_048_576), textOptions)
    expect(String(await dataOf(client))).toHaveLength(1_048_576)
  })

  test('a time to live over 300 seconds is refused', async () => {
    const sending = fixture.admin(newHub()).sendToAll('x', { messageTtlSeconds: 301 })
    await expect(sending).rejects.toMatchObject({ statusCode: 400 })
  })
})

describe('groups, users and connections over REST', () => {
  test.each(['a/b', '100%', 'a b', 'ü🙂', '*', 'x'.repeat(1024)])(
    'the group name %j goes there and back',
    async (group) => {
      const hub = newHub()
      const client = await fixture.open(hub)
      const target = fixture.admin(hub).group(group)
      await target.addConnection(client.connectionId)
      await target.sendToAll({ ok: true })
      expect((await client.groupMessages.next()).group).toBe(group)
    },
  )

  test.each(['x'.repeat(1025), ' '])('the group name %j is refused', async (group) => {
    const adding = fixture.admin(newHub()).group(group).addUser('u')
    await expect(adding).rejects.toMatchObject({ statusCode: 400 })
  })

  test('a connection is added to a group and taken out of it; an unknown one is 404', async () => {
    const hub = newHub()
    const { connectionId } = await fixture.open(hub)
    const admin = fixture.admin(hub)
    const group = admin.group('g')
    expect(await admin.groupExists('g')).toBe(false)
    await group.addConnection(connectionId)
    expect(await admin.groupExists('g')).toBe(true)
    await group.removeConnection(connectionId)
    expect(await admin.groupExists('g')).toBe(false)
    await expect(group.addConnection('nobody')).rejects.toMatchObject({ statusCode: 404 })
    await group.removeConnection('nobody')
  })

  test('a user is added to a group, taken out of it, taken out of all', async () => {
    const hub = newHub()
    await Promise.all([fixture.open(hub, { userId: 'u' }), fixture.open(hub, { userId: 'u' })])
    const admin = fixture.admin(hub)
    await admin.group('g').addUser('u')
    await admin.group('h').addUser('u')
    expect(await collect(await admin.group('g').listConnections())).toHaveLength(2)
    await admin.group('g').removeUser('u')
    expect([await admin.groupExists('g'), await admin.groupExists('h')]).toEqual([false, true])
    await admin.removeUserFromAllGroups('u')
    expect(await admin.groupExists('h')).toBe(false)
  })

  test('a connection leaves all groups at once', async () => {
    const hub = newHub()
    const { connectionId } = await fixture.open(hub, { groups: ['g', 'h'] })
    const admin = fixture.admin(hub)
    await admin.removeConnectionFromAllGroups(connectionId)
    expect([await admin.groupExists('g'), await admin.groupExists('h')]).toEqual([false, false])
  })

  test('connections are added to and removed from several groups by a filter', async () => {
    const hub = newHub()
    await Promise.all(['a1', 'a2', 'b1'].map((userId) => fixture.open(hub, { userId })))
    const admin = fixture.admin(hub)
    const size = async (group: string): Promise<number> =>
      (await collect(await admin.group(group).listConnections())).length
    await admin.addConnectionsToGroups(['g', 'h'], "startswith(userId, 'a')")
    expect([await size('g'), await size('h')]).toEqual([2, 2])
    await admin.removeConnectionsFromGroups(['g', 'h'], "userId eq 'a1'")
    expect([await size('g'), await size('h')]).toEqual([1, 1])
  })

  test('the connections of a group are listed page by page, up to a number', async () => {
    const hub = newHub()
    const clients = await Promise.all(
      [1, 2, 3, 4, 5].map((n) =>
        fixture.open(hub, { groups: ['g'], ...(n === 1 ? {} : { userId: `u${n}` }) }),
      ),
    )
    const group = fixture.admin(hub).group('g')
    const members = await collect(await group.listConnections({ maxPageSize: 2 }))
    expect(new Set(members.map(({ connectionId }) => connectionId))).toEqual(
      new Set(clients.map(({ connectionId }) => connectionId)),
    )
    expect(members.map(({ userId }) => userId).toSorted()).toEqual(['u2', 'u3', 'u4', 'u5', undefined])
    const pages = await collect((await group.listConnections({ top: 3, maxPageSize: 2 })).byPage())
    expect(pages.map((page) => page.length)).toEqual([2, 1])
    await expect(collect(await group.listConnections({ maxPageSize: 201 }))).rejects.toMatchObject({
      statusCode: 400,
    })
  })

  test('connections, users and groups exist as long as a client is there', async () => {
    const hub = newHub()
    const { connectionId } = await fixture.open(hub, { userId: 'u', groups: ['g'] })
    const admin = fixture.admin(hub)
    const exist = (): Promise<boolean[]> =>
      Promise.all([admin.connectionExists(connectionId), admin.userExists('u'), admin.groupExists('g')])
    expect(await exist()).toEqual([true, true, true])
    await admin.closeConnection(connectionId)
    expect(await exist()).toEqual([false, false, false])
  })

  test('a closed connection learns the reason', async () => {
    const hub = newHub()
    const { connectionId, disconnections } = await fixture.open(hub)
    await fixture.admin(hub).closeConnection(connectionId, { reason: 'moved away' })
    expect((await disconnections.next()).message?.message).toBe('moved away')
    await fixture.admin(hub).closeConnection('nobody')
  })

  test('the connections of a user, of a group, of the hub are closed, except the excluded ones', async () => {
    const hub = newHub()
    const admin = fixture.admin(hub)
    const [ann, bob, cleo, dan] = await Promise.all([
      fixture.open(hub, { userId: 'ann' }),
      fixture.open(hub, { groups: ['g'] }),
      fixture.open(hub, { groups: ['g'] }),
      fixture.open(hub),
    ])
    const alive = (): Promise<boolean[]> =>
      Promise.all([ann, bob, cleo, dan].map(({ connectionId }) => admin.connectionExists(connectionId)))
    await admin.closeUserConnections('ann')
    expect(await alive()).toEqual([false, true, true, true])
    await restRequest(
      fixture.service,
      `POST /api/hubs/${hub}/groups/g/:closeConnections?excluded=${cleo.connectionId}`,
    )
    expect(await alive()).toEqual([false, false, true, true])
    await restRequest(fixture.service, `POST /api/hubs/${hub}/:closeConnections?excluded=${dan.connectionId}`)
    expect(await alive()).toEqual([false, false, false, true])
  })

  test('hubs do not see each other, and their names have no case', async () => {
    const hub = newHub()
    const client = await fixture.open(hub)
    expect(await fixture.admin(newHub()).connectionExists(client.connectionId)).toBe(false)
    expect(await fixture.admin(hub.toUpperCase()).connectionExists(client.connectionId)).toBe(true)
  })

  test('a hub name with a hyphen is refused', async () => {
    await expect(fixture.admin('agent-gateway').sendToAll('x')).rejects.toMatchObject({
      statusCode: 400,
      code: 'Error.BadRequest',
    })
  })
})

describe('permissions over REST', () => {
  test('a permission for a group is granted, seen, used and revoked', async () => {
    const hub = newHub()
    const { client, connectionId } = await fixture.open(hub)
    const admin = fixture.admin(hub)
    const permission = { targetName: 'g' }
    const has = (): Promise<boolean> => admin.hasPermission(connectionId, 'sendToGroup', permission)
    expect(await has()).toBe(false)
    await expect(client.sendToGroup('g', 'x', 'text')).rejects.toMatchObject({
      errorDetail: { name: 'Forbidden' },
    })
    await admin.grantPermission(connectionId, 'sendToGroup', permission)
    expect(await has()).toBe(true)
    expect(await client.sendToGroup('g', 'x', 'text')).toMatchObject({ isDuplicated: false })
    await expect(client.sendToGroup('h', 'x', 'text')).rejects.toMatchObject({
      errorDetail: { name: 'Forbidden' },
    })
    await admin.revokePermission(connectionId, 'sendToGroup', permission)
    expect(await has()).toBe(false)
    await expect(client.sendToGroup('g', 'x', 'text')).rejects.toMatchObject({
      errorDetail: { name: 'Forbidden' },
    })
  })

  test('a permission without a group is one for all groups', async () => {
    const hub = newHub()
    const { client, connectionId } = await fixture.open(hub)
    const admin = fixture.admin(hub)
    await admin.grantPermission(connectionId, 'joinLeaveGroup')
    await client.joinGroup('any')
    expect(await admin.hasPermission(connectionId, 'joinLeaveGroup')).toBe(true)
    expect(await admin.hasPermission(connectionId, 'joinLeaveGroup', { targetName: 'any' })).toBe(true)
    expect(await admin.hasPermission(connectionId, 'sendToGroup', { targetName: 'any' })).toBe(false)
    await admin.revokePermission(connectionId, 'joinLeaveGroup')
    expect(await admin.hasPermission(connectionId, 'joinLeaveGroup', { targetName: 'any' })).toBe(false)
  })

  test('no permission is granted to a connection that is not there', async () => {
    const admin = fixture.admin(newHub())
    await expect(admin.grantPermission('nobody', 'sendToGroup')).rejects.toMatchObject({ statusCode: 404 })
    expect(await admin.hasPermission('nobody', 'sendToGroup')).toBe(false)
  })
})
