import { expect, test } from 'vitest'
import { createSettings, resolveSetting } from './resolve-setting.ts'

test('%SETTING% is replaced wherever it stands; a missing one is named', () => {
  const settings = createSettings({ QUEUE: 'orders', Section__Name: 'inner', EMPTY: '' })
  expect(resolveSetting(settings, 'x-%queue%-%Section:Name%')).toBe('x-orders-inner')
  expect(() => resolveSetting(settings, '%NONE%')).toThrow('%NONE% does not resolve to a value')
  expect(() => resolveSetting(settings, '%EMPTY%')).toThrow('Add the app setting EMPTY')
})
