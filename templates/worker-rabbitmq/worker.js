// Takes jobs from the queue, a few at a time, until it is asked to end; what it is at then is finished first.
import { JOBS, openBroker } from './broker.js'
import { handle } from './handle.js'

const AT_ONCE = Number(process.env.JOBS_AT_ONCE ?? 10)

const atWork = new Set()
let consuming
let isEnding = false

const broker = await openBroker(async (channel) => {
  await channel.prefetch(AT_ONCE)
  const { consumerTag } = await channel.consume(JOBS, (message) => {
    // Somebody has taken the queue away; with a new channel it is declared again.
    if (message === null) return void channel.close()
    // Given out before the broker heard of the end; it gives it to another when the connection is closed.
    if (isEnding) return
    const job = handle(channel, message).finally(() => atWork.delete(job))
    atWork.add(job)
  })
  consuming = { channel, consumerTag }
})

process.once('SIGTERM', async () => {
  isEnding = true
  try {
    await consuming?.channel.cancel(consuming.consumerTag)
  } catch {
    // There is no connection, so nothing comes.
  }
  await Promise.all(atWork)
  await broker.close()
})
