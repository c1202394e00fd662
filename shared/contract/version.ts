/** The version of the gateway: the one of package.json (a test holds them together). */
export const VERSION = '0.1.0'
