// One piece of work, apart from when it is done, so that it can be tested without waiting.
export function work(at) {
  return `tidied up at ${at.toISOString()}`
}
