import { describe, expect, test } from 'vitest'
import { sourceProblems } from '../testing/volumes.ts'

// As kube-apiserver v1.34.2 answers.
const rows: [source: object, problems: string[]][] = [
  [{ emptyDir: {} }, []],
  [
    { emptyDir: { sizeLimit: '-1' } },
    ['emptyDir.sizeLimit: Forbidden: SizeLimit field must be a valid resource quantity'],
  ],
  [{ emptyDir: { sizeLimit: '1Gi', medium: 'Memory' } }, []],
  [{ emptyDir: { medium: 'Odd' } }, []],
  [{ hostPath: {} }, ['hostPath.path: Required value']],
  [{ hostPath: { path: '' } }, ['hostPath.path: Required value']],
  [
    { hostPath: { path: '/a/../b', type: 'Odd' } },
    [
      `hostPath.path: Invalid value: "/a/../b": must not contain '..'`,
      'hostPath.type: Unsupported value: "Odd": supported values: "", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket"',
    ],
  ],
  [{ hostPath: { path: '/a' } }, []],
  [
    { hostPath: { path: '/a', type: 'Odd' } },
    [
      'hostPath.type: Unsupported value: "Odd": supported values: "", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket"',
    ],
  ],
  [{ gitRepo: {} }, ['gitRepo.repository: Required value']],
  [
    { gitRepo: { repository: 'r', directory: '/a/../b' } },
    [
      'gitRepo.directory: Invalid value: "/a/../b": must be a relative path',
      `gitRepo.directory: Invalid value: "/a/../b": must not contain '..'`,
    ],
  ],
]

describe('volumes on the node itself', () => {
  test.each(rows)('%j', (source, problems) => {
    expect(sourceProblems(source)).toEqual(problems)
  })
})
