// The way to the broker. AMQP_URL comes with it; nothing is written down here.
import { connect } from 'amqplib'

export const JOBS = 'jobs'
/** Where jobs are that failed twice, for people to look at. */
export const FAILED = 'jobs.failed'

/** Connects, and again whenever the connection is lost. `use` is given a channel of each, on which the queues are declared
 *  and the broker confirms what it was sent. */
export async function openBroker(use) {
  const setup = async (connection) => {
    const channel = await connection.createConfirmChannel()
    channel.on('error', ({ message }) => console.error(`broker: ${message}`))
    // Without its channel a connection is of no use: the next one has one again.
    channel.once('close', () => hangUp(connection))
    await declareQueues(channel)
    await use(channel)
  }
  const broker = await connect(process.env.AMQP_URL, { recovery: { setup, maxDelay: 2000, waitForConnect: false } })
  broker.on('connect', () => console.log('broker: connected'))
  for (const event of ['connect-failed', 'disconnect', 'error'])
    broker.on(event, ({ message }) => console.error(`broker: ${message}`))
  return broker
}

/** They stay, with what is in them, when the broker restarts. */
async function declareQueues(channel) {
  await channel.assertQueue(FAILED, { durable: true })
  await channel.assertQueue(JOBS, { durable: true, deadLetterExchange: '', deadLetterRoutingKey: FAILED })
}

async function hangUp(connection) {
  try {
    await connection.close()
  } catch {
    // It is closed already, which is why its channel is.
  }
}
