/** A setting that is missing or malformed: its name, what is wrong, and what to do. */
export type Problem = { setting: string; message: string; remedy: string }
