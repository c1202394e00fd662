/** Host and port as a URL has them: `127.0.0.1:5672`, `[::1]:5672`. */
export const authority = (host: string, port: number): string =>
  `${host.includes(':') ? `[${host}]` : host}:${port}`
