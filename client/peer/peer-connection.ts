type Description = { type: 'offer' | 'answer'; sdp: string }

/** What is used of an RTCDataChannel. */
export type DataChannel = {
  readonly readyState: string
  addEventListener(name: 'open' | 'close', listener: () => void): void
}

/** What is used of an RTCPeerConnection; those of browsers and of `node-datachannel/polyfill` have it. */
export type PeerConnection = {
  readonly connectionState: string
  onicecandidate: unknown
  ondatachannel: unknown
  onconnectionstatechange: unknown
  createDataChannel(label: string): DataChannel
  createOffer(): Promise<{ sdp?: string }>
  createAnswer(): Promise<{ sdp?: string }>
  setLocalDescription(description: Description): Promise<unknown>
  setRemoteDescription(description: Description): Promise<unknown>
  addIceCandidate(candidate: {
    candidate: string
    sdpMid: string | null
    sdpMLineIndex: number | null
  }): Promise<unknown>
  close(): void
}

export type ChannelOf<Peer extends PeerConnection> = ReturnType<Peer['createDataChannel']>

export type PeerOptions<Peer extends PeerConnection, Configuration> = {
  /** The class of the browser, or of `node-datachannel/polyfill`. */
  RTCPeerConnection: new (configuration?: Configuration) => Peer
  /** What it is made with: the ICE servers, above all. */
  configuration?: Configuration | undefined
  /** Seconds until the channel must be open; 30 by default. */
  timeoutSeconds?: number | undefined
}
