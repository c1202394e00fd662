/** A string, a comment, or a comma before a closing bracket; strings are matched so that their content is left alone. */
const TOKEN = /"(?:[^"\\]|\\.)*"|\/\/[^\n]*|\/\*[\s\S]*?\*\/|,(?=\s*(?:\/\/[^\n]*\s*)*[\]}])/g

/** JSON without comments and trailing commas: Microsoft's sample of the emulator's file has comments. Keeps line numbers. */
export const stripComments = (text: string): string =>
  text.replaceAll(TOKEN, (token) => (token.startsWith('"') ? token : token.replaceAll(/[^\n]/g, ' ')))
