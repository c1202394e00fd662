/** An error answer of the data plane: `{code, message, target}`. */
export class RestError extends Error {
  override name = 'RestError'
  readonly status: number
  readonly code: string
  readonly target: string | undefined

  constructor(status: number, message: string, target?: string) {
    super(message)
    this.status = status
    this.code = codes[status] ?? 'Error.BadRequest'
    this.target = target
  }
}

const codes: Record<number, string> = {
  400: 'Error.BadRequest',
  401: 'Error.Unauthorized',
  403: 'Error.Forbidden',
  404: 'Error.NotFound',
  405: 'Error.MethodNotAllowed',
  413: 'Error.PayloadTooLarge',
  415: 'Error.UnsupportedMediaType',
  500: 'Error.InternalServerError',
  503: 'Error.ServiceUnavailable',
}
