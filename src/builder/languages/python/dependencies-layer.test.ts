import { expect, it } from 'vitest'
import { useSourceFolder } from '../../../../test/harness/source-folder.ts'
import { mayRunCode } from './dependencies-layer.ts'

const folder = useSourceFolder()

it.each([
  ['fastapi==0.115.6', false],
  ['# git+https://example.com/x\n--index-url https://example.com/simple', false],
  ['x @ https://example.com/x-1-py3-none-any.whl', false],
  ['-e .', true],
  ['./lib', true],
  ['x @ git+https://example.com/x', true],
  ['x @ https://example.com/x.tar.gz', true],
  ['--no-binary :all:\nx==1', true],
])('requirements of %j run code of others when they are installed: %s', async (text, expected) => {
  const source = await folder.write({
    'requirements.txt': '-r requirements-web.txt\n',
    'requirements-web.txt': text,
  })
  expect(await mayRunCode(source)).toBe(expected)
})
