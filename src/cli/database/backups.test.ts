import { describe, expect, it } from 'vitest'
import { checkBackup, timeOf } from './backups.ts'

const backups = ['20261121-030004', '20261120-030002'].map((name) => ({ name, sizeBytes: 1 }))
const wished = (backup: string) => ({ backup, name: 'orders' })

describe('a backup', () => {
  it('is of the time in its name, by UTC', () =>
    expect(backups.map(timeOf)).toEqual([Date.UTC(2026, 10, 21, 3, 0, 4), Date.UTC(2026, 10, 20, 3, 0, 2)]))

  it('is known by its name, and no other is', () => {
    expect(() => checkBackup(backups, wished('20261120-030002'))).not.toThrow()
    expect(() => checkBackup(backups, wished('20261119-030002'))).toThrow(
      expect.objectContaining({
        code: 'backupUnknown',
        parameters: { ...wished('20261119-030002'), known: '20261121-030004, 20261120-030002' },
      }),
    )
    expect(() => checkBackup([], wished('20261120-030002'))).toThrow(
      expect.objectContaining({ code: 'backupUnknownNone' }),
    )
  })
})
