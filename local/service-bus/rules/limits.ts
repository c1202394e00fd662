/** https://learn.microsoft.com/azure/service-bus-messaging/service-bus-quotas: filter condition and rule action, 1,024 characters. */
export const MAX_EXPRESSION_LENGTH = 1_024

/** Same page: number of expressions of a rule action. */
export const MAX_ACTION_STATEMENTS = 32

/** Nesting of parentheses, NOT, signs and functions; ours, so that no expression can exhaust the stack. */
export const MAX_EXPRESSION_DEPTH = 64

/** Range of `System.Int64`, in which integer constants are stored. */
export const MIN_INT64 = -(2n ** 63n)
export const MAX_INT64 = 2n ** 63n - 1n
