/** Azure's numbers that this host keeps. */

/** FUNCTIONS_REQUEST_BODY_SIZE_LIMIT: 100 MiB. */
export const MAX_REQUEST_BODY_BYTES = 104_857_600
/**
 * The load balancer in front of every app cuts a connection without traffic after this time; the proxy of a streaming
 * app (`DefaultHttpProxyService`) would wait 240 s.
 */
export const FRONT_END_IDLE_MS = 230_000
/** The proxy tries to reach the app this often, waiting 50 ms at first and 250 ms at most. */
export const PROXY_CONNECT_TRIES = 10
export const PROXY_CONNECT_FIRST_DELAY_MS = 50
export const PROXY_CONNECT_MAX_DELAY_MS = 250
/** functionTimeout where host.json has none: Flex Consumption. */
export const DEFAULT_FUNCTION_TIMEOUT_MS = 30 * 60_000
/** `WorkerConstants.WorkerTerminateGracePeriodInSeconds` */
export const TERMINATE_GRACE_MS = 5_000
/** A function's name: `^[a-z][a-z0-9_-]{0,127}$`, in any case. */
export const FUNCTION_NAME = /^[a-z][a-z0-9_-]{0,127}$/i
/** A timer whose runs are closer than this has no stored status (`TimerSchedule.ShouldDisableScheduleMonitor`). */
export const MIN_MONITORED_INTERVAL_MS = 60_000
export const MAX_BATCH_WAIT_MS = 150_000

/** Kestrel's keep-alive timeout. */
export const KEEP_ALIVE_MS = 130_000

/** This host's own numbers. */

/** First restart of a crashed app at once, then with growing pauses. */
export const RESTART_FIRST_DELAY_MS = 250
export const RESTART_MAX_DELAY_MS = 30_000
/** An app that lived this long starts again with the shortest pause. */
export const RESTART_RESET_AFTER_MS = 10_000
/** A request waits this long for an app process that is starting. */
export const START_WAIT_MS = 20_000
/** Invocations of messages and timers may finish for this long when the host stops. */
export const STOP_GRACE_MS = 3_000
/** How many sessions are asked for at once; the others follow as soon as one was accepted. */
export const MAX_PENDING_ACCEPTS = 8
/** Receivers that share one AMQP connection; more of them make every write of the client slower. */
export const RECEIVERS_PER_CONNECTION = 8
/** One long poll for the next session: short, because the SDK cannot abort it. */
export const ACCEPT_TIMEOUT_MS = 10_000
/** A receive collects what else is there for this long after its first message, as the .NET client does. */
export const BATCH_LINGER_MS = 20
