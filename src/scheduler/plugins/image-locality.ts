import { MAX_NODE_SCORE, type ScorePlugin } from '../framework.ts'

const MIN_BYTES = 23 * 1024 * 1024
const MAX_BYTES_PER_CONTAINER = 1000 * 1024 * 1024

/** Prefers nodes that already hold the pod's images; an image spread over more nodes counts more. */
export const imageLocality: ScorePlugin = {
  name: 'ImageLocality',
  weight: 1,
  begin: (pod, snapshot) => {
    const containers = [...(pod.spec.initContainers ?? []), ...pod.spec.containers]
    const images = containers.map((container) => normalizedImage(container.image ?? ''))
    const spread = images.map(
      (image) => snapshot.nodes.filter((node) => node.imageSizes.has(image)).length / snapshot.nodes.length,
    )
    const max = MAX_BYTES_PER_CONTAINER * containers.length
    return (node) => {
      const held = images.reduce(
        (sum, image, at) => sum + Math.floor((node.imageSizes.get(image) ?? 0) * (spread[at] ?? 0)),
        0,
      )
      const clamped = Math.min(max, Math.max(MIN_BYTES, held))
      return Math.floor((MAX_NODE_SCORE * (clamped - MIN_BYTES)) / (max - MIN_BYTES))
    }
  },
}

/** An image without tag or digest is `:latest` in a node's list. */
function normalizedImage(image: string): string {
  return image.lastIndexOf(':') <= image.lastIndexOf('/') ? `${image}:latest` : image
}
