/** The configuration of the web server of static sites (Caddy's JSON): no admin endpoint, nothing written to disk,
 *  compression, entity tags, /page for page.html, requests logged to standard output. Paths are relative to /app. */

export interface SiteFacts {
  /** The site has a page 404.html. */
  has404: boolean
  /** Unknown paths get index.html, as apps that route in the browser need it. */
  isSinglePage: boolean
}

/** Browsers ask each time whether a file changed, and entity tags answer. There is no Last-Modified: files in layers have
 *  made-up times, from which browsers would guess that they never change. */
const HEADERS = {
  deferred: true,
  set: { 'Cache-Control': ['public, max-age=0, must-revalidate'], 'X-Content-Type-Options': ['nosniff'] },
  delete: ['Last-Modified'],
}

export function caddyConfig({ has404, isSinglePage }: SiteFacts): string {
  const root = 'site'
  const candidates = [
    '{http.request.uri.path}',
    '{http.request.uri.path}.html',
    ...(isSinglePage ? ['/index.html'] : []),
  ]
  const config = {
    admin: { disabled: true, config: { persist: false } },
    logging: { logs: { default: { writer: { output: 'stdout' }, level: 'INFO' } } },
    apps: {
      http: {
        servers: {
          site: {
            listen: [':{env.PORT}'],
            protocols: ['h1', 'h2c'],
            automatic_https: { disable: true },
            logs: {},
            routes: [
              { handle: [{ handler: 'headers', response: HEADERS }] },
              { handle: [{ handler: 'encode', encodings: { gzip: {}, zstd: {} }, prefer: ['zstd', 'gzip'] }] },
              {
                match: [{ file: { root, try_files: candidates } }],
                handle: [{ handler: 'rewrite', uri: '{http.matchers.file.relative}' }],
              },
              { handle: [{ handler: 'file_server', root, index_names: ['index.html'] }] },
            ],
            ...(has404
              ? {
                  errors: {
                    routes: [
                      {
                        match: [{ expression: '{http.error.status_code} == 404' }],
                        handle: [
                          { handler: 'rewrite', uri: '/404.html' },
                          { handler: 'file_server', root, status_code: '404' },
                        ],
                      },
                    ],
                  },
                }
              : {}),
          },
        },
      },
    },
  }
  return `${JSON.stringify(config, null, 2)}\n`
}
