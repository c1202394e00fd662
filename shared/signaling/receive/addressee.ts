import { LEGACY_GATEWAY_DID, type SignalMessage } from '../../contract/signaling/message.ts'

/** Whether a message is for the gateway: it names the gateway, or, as the seed's programs do, its own sender. */
export const isForGateway = ({ from, to }: SignalMessage, gatewayDid: string): boolean =>
  to === gatewayDid || to === LEGACY_GATEWAY_DID || to === from
