/** Keeps the TypeScript compiler out of processes that run for long. Node strips the types of our sources with a
 *  compiler in WebAssembly, which stays in memory once it was needed: about 30 MB. What it made is in Node's compile
 *  cache, so that a process which finds everything there never loads it. */
import { flushCompileCache, getCompileCacheDir } from 'node:module'

const COMPILER = 'NativeModule internal/deps/amaro/dist/index'
/** Holds the id of the process that has begun again, so that it does so once, and its children still may. */
const BEGUN_AGAIN = 'NARU_BEGUN_AGAIN'

/** For a program that has loaded its modules and not begun yet: if the compiler was needed for them, writes the cache
 *  and begins again as the same process. Does nothing without a compile cache, or where the system cannot replace a
 *  process. The engine does not do this: it would answer later. */
export function beginWithoutCompiler(): void {
  const { env, pid, execPath, execArgv, argv } = process
  if (getCompileCacheDir() === undefined || env[BEGUN_AGAIN] === String(pid) || !compilerIsLoaded()) return
  flushCompileCache()
  try {
    process.execve?.(execPath, [execPath, ...execArgv, ...argv.slice(1)], { ...env, [BEGUN_AGAIN]: String(pid) })
  } catch {
    // Going on with the compiler in memory is only larger.
  }
}

/** `moduleLoadList` is what Node's own tests use; without it there is nothing to be seen, and nothing happens. */
function compilerIsLoaded(): boolean {
  const { moduleLoadList } = process as { moduleLoadList?: readonly string[] }
  return Array.isArray(moduleLoadList) && moduleLoadList.includes(COMPILER)
}
