/** The path of an audience such as `sb://127.0.0.1:5672/orders/$management`, in lower case and without a query. */
export const audiencePath = (audience: string): string =>
  audience
    .replace(/^[a-z]+:\/\/[^/]*/i, '')
    .replace(/\?.*$/, '')
    .replace(/^\/+|\/+$/g, '')
    .toLowerCase()
