/** The connections of the hub `agents`, as the signaling part uses them. */
export type Sockets = {
  /**
   * Hands a frame to the inbox of an agent, over this process's own socket; resolves when the service has it.
   * @throws GatewayError 503 when the service takes it on no way.
   */
  forward(did: string, frame: string): Promise<void>
  /** Hands a frame to one connection; nothing happens when it is gone. @throws GatewayError 503 */
  send(connectionId: string, frame: string): Promise<void>
  /** Lets a connection hear the inbox of an agent. False when it is gone. @throws GatewayError 503 */
  join(connectionId: string, did: string): Promise<boolean>
  /** Ends a connection; nothing happens when it is gone. @throws GatewayError 503 */
  close(connectionId: string, reason: string): Promise<void>
  /** An address for an agent, with what goes into its query. */
  clientUrl(options: { minutes: number; query: Readonly<Record<string, string>> }): Promise<string>
}
