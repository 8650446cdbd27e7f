/** Naru's own Provisioners: a YAML file each. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'
import type { Provisioner } from '../api/index.ts'

/** Sources and bundle have the folder at the same place, one below the root (`tools/bundle.ts` puts it there). */
const FOLDER = join(import.meta.dirname, '..', 'resources', 'provisioners')

/** In the order of their names. */
export async function readProvisioners(): Promise<Provisioner[]> {
  const names = (await readdir(FOLDER)).filter((name) => name.endsWith('.yaml')).toSorted()
  return Promise.all(names.map(async (name) => parse(await readFile(join(FOLDER, name), 'utf8')) as Provisioner))
}
