import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { bundle } from '../../../build/bundle.ts'

test('variables in the workspace are left to the deployment that runs it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bundle-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const [workspace, outDir] = [join(folder, 'workspace'), join(folder, 'app')]
  mkdirSync(workspace)
  writeFileSync(join(workspace, 'agent-registry.yaml'), 'version: ${HOME}\n')
  await bundle({ outDir, workspace })
  expect(readFileSync(join(outDir, 'workspace/agent-registry.yaml'), 'utf8')).toBe('version: ${HOME}\n')
})
