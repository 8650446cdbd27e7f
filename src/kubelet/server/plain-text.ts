/** How a kubelet answers where it has no document: in words. */
import type { ApiResponse } from '../../api/index.ts'

export const plainText = (status: number, body: string): ApiResponse => ({
  status,
  headers: {
    'content-type': 'text/plain; charset=utf-8',
    ...(status !== 200 && { 'x-content-type-options': 'nosniff' }),
  },
  body,
})
