/** The servers that Naru knows how to make an image of, by the name of the resource they serve. */
import type { ServerRecipe } from './recipe.ts'
import { mariadb } from './recipes/mariadb.ts'
import { memcached } from './recipes/memcached.ts'
import { mosquitto } from './recipes/mosquitto.ts'
import { nats } from './recipes/nats.ts'
import { postgres } from './recipes/postgres.ts'
import { rabbitmq } from './recipes/rabbitmq.ts'
import { redis } from './recipes/redis.ts'
import { tomcat } from './recipes/tomcat.ts'

export const SERVER_RECIPES: Readonly<Record<string, ServerRecipe>> = {
  mariadb,
  memcached,
  mosquitto,
  nats,
  postgres,
  rabbitmq,
  redis,
  tomcat,
}
