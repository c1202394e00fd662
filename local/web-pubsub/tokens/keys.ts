/** The key of the local service unless `--key` says otherwise. A constant, like the keys of other local services. */
export const LOCAL_ACCESS_KEY = 'bG9jYWwtd2ViLXB1YnN1Yi1hY2Nlc3Mta2V5LWZvci1kZXZlbG9wbWVudA=='

/** The access keys; either may sign. Azure uses the text of a key as it is, it does not decode the base64. */
export type AccessKeys = { primary: string; secondary?: string | undefined }

export const listKeys = ({ primary, secondary }: AccessKeys): string[] =>
  secondary === undefined ? [primary] : [primary, secondary]
