/** The path of an audience such as `sb://127.0.0.1:5672/orders/$management`, in lower case. */
export const audiencePath = (audience: string): string =>
  audience
    .replace(/^[a-z]+:\/\/[^/]*/i, '')
    .replace(/^\/+|\/+$/g, '')
    .toLowerCase()
