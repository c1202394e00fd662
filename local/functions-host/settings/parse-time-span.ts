const TIME_SPAN = /^(-)?(?:(\d+)\.)?(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,7}))?)?$/

/**
 * Reads a .NET TimeSpan (`hh:mm`, `hh:mm:ss`, `d.hh:mm:ss.fffffff`).
 * @returns milliseconds, or undefined when the text is none.
 */
export const parseTimeSpan = (text: string): number | undefined => {
  const match = TIME_SPAN.exec(text.trim())
  if (match === null) return undefined
  const [, sign, days = '0', hours = '0', minutes = '0', seconds = '0', fraction = '0'] = match
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) return undefined
  const whole = ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds)
  const ms = whole * 1000 + Number(`0.${fraction}`) * 1000
  return sign === undefined ? ms : -ms
}
