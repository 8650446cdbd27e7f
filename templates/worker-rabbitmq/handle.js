import { work } from './job.js'

/** One message from the queue: its job is done, and the broker told. Never throws. */
export async function handle(channel, message, doWork = work) {
  const answer = await attempt(doWork, message)
  try {
    if (answer) channel.ack(message)
    // Once more, perhaps by another worker; then it is put aside.
    else channel.nack(message, false, !message.fields.redelivered)
  } catch (error) {
    // The connection is gone, and the broker gives the job to another.
    console.error(`nobody was told: ${error.message}`)
  }
}

async function attempt(doWork, message) {
  try {
    console.log(await doWork(JSON.parse(message.content)))
    return true
  } catch (error) {
    console.error(`failed${message.fields.redelivered ? ' again, put aside' : ''}: ${error.stack}`)
    return false
  }
}
